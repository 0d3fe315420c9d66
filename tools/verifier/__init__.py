"""Reads a Sage 100 company and an SSM implementation directly and says, field by field, whether they agree.

Written from the requirements and the references of both systems alone: nothing of the engine, of the connectors or of the packs
is used, so that a mistake there shows here.
"""
