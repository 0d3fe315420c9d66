"""The demonstration: a sample company in Sage 100 and an SSM implementation, kept in agreement in front of one's eyes."""
