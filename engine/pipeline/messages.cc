#include "engine/pipeline/messages.h"

#include <array>

namespace entente {
namespace {

struct Message {
  std::string_view reason, fr, en;
};

constexpr std::array kMessages = {
    Message{"ambiguous_match", "Plusieurs fiches correspondent : rien n'a été créé ni lié. Choisissez la bonne fiche, ou « create » pour en créer une.",
            "Several records match: nothing was created or linked. Choose the right record, or \"create\" to make a new one."},
    Message{"approve_creates", "Des fiches attendent une approbation avant leur création : chacune prend une licence. Vérifiez leur nombre, puis approuvez pour les créer toutes.",
            "Records wait for an approval before they are created: each takes a licence. Check their count, then approve to create them all."},
    Message{"mass_delete", "Trop de suppressions à la fois : aucune n'a été transmise. Vérifiez le nombre et les exemples, puis approuvez ou rejetez.",
            "Too many deletions at once: none was passed on. Check the count and the samples, then approve or reject."},
    Message{"mass_change", "Trop de modifications en une heure : la suite attend. Vérifiez, puis approuvez.",
            "Too many changes within the hour: the rest waits. Check, then approve."},
    Message{"canary_missing", "La fiche témoin manque dans une liste complète : aucune suppression de cette liste n'est transmise. Vérifiez le système source.",
            "The canary record is missing from a complete listing: nothing of that listing is deleted. Check the source system."},
    Message{"approve_delete", "Une suppression attend votre approbation.", "A deletion waits for your approval."},
    Message{"approve_change", "Une modification attend votre approbation.", "A change waits for your approval."},
    Message{"never_seen", "La fiche que nous avons créée n'a jamais été vue dans l'autre système, qui disait l'avoir enregistrée : rien n'est supprimé ni recréé. Vérifiez-y, puis choisissez « create » pour la recréer, ou « delete » si elle y a été supprimée.",
            "The record we made was never seen in the other system, which said that it has it: nothing is deleted or made again. Look there, then choose \"create\" to make it again, or \"delete\" if it was deleted there."},
    Message{"row_not_unique", "Un système donne le même numéro de ligne à plusieurs fiches : les changements de code n'y sont plus reconnus d'ici à la prochaine session. Vérifiez la base et la version du connecteur.",
            "A system gives several records the same row number: new codes are not recognised there until its next session. Check the database and the connector's version."},
    Message{"deleted_on_other_side", "La fiche a été supprimée d'un côté et aucune règle ne dit quoi faire. Choisissez.",
            "The record was deleted on one side and no rule says what follows. Choose."},
    Message{"value_does_not_fit", "Une valeur ne tient pas dans le champ de l'autre système : ce champ n'est pas transmis, le reste l'est. Raccourcissez la valeur.",
            "A value does not fit the other system's field: that field is not sent, the rest is. Shorten the value."},
    Message{"character_not_held", "Une valeur contient des caractères que Sage ne peut pas enregistrer : ce champ n'est pas transmis. Saisissez-la en caractères latins.",
            "A value has characters Sage cannot store: that field is not sent. Enter it in Latin letters."},
    Message{"value_unknown", "Une valeur n'a pas de correspondance dans l'autre système. Complétez la liste ou la table du pack.",
            "A value has no counterpart in the other system. Complete the list or the pack's table."},
    Message{"country_unknown", "Le pays n'est pas reconnu : le champ n'est pas transmis. Corrigez le libellé ou complétez la table.",
            "The country is not known: the field is not sent. Correct the label or complete the table."},
    Message{"reference_unresolved", "Des lignes nomment une fiche qui n'existe plus : leur texte est repris avec l'article de remplacement. Rien à faire si la fiche a été supprimée à dessein.",
            "Lines name a record that is no longer there: their text was taken over with the stand-in product. Nothing is to be done if it was deleted on purpose."},
    Message{"label_without_partner", "Un libellé n'existe pas dans la liste de l'autre système : le champ n'est pas transmis. Ajoutez le libellé à cette liste ou corrigez le paramètre, puis relancez.",
            "A label is not in the other system's list: the field is not sent. Add the label to that list or correct the parameter, then retry."},
    Message{"label_not_chosen", "La liste de l'autre système a plusieurs libellés et aucun n'est choisi : les fiches attendent. Renseignez le paramètre du paquet (default_branch pour l'agence).",
            "The other system's list has several labels and none is chosen: the records wait. Set the parameter of the pack (default_branch for the branch)."},
    Message{"column_missing", "Des colonnes que le paquet demande n'existent pas dans ce système : les champs concernés ne sont pas synchronisés. Vérifiez la version du système, ou retirez ces champs du paquet.",
            "Columns the pack asks for are not in this system: the fields they feed are not synchronised. Check the system's version, or take these fields out of the pack."},
    Message{"value_held_by_no_field", "Une formule du paquet donne une valeur qu'aucun champ ne peut contenir (table par nombres, durée) : ce champ n'est pas transmis. Corrigez la formule.",
            "A formula of the pack gives a value no field can hold (a map by numbers, a duration): that field is not sent. Correct the formula."},
    Message{"value_not_held", "Un système rend toujours une autre valeur que celle envoyée : elle est acceptée comme son écriture et n'est plus renvoyée.",
            "A system keeps answering another value than the one sent: it is taken for the system's rendering and not sent again."},
    Message{"dead_letter", "Une écriture a été refusée définitivement. Lisez le motif, corrigez la fiche, puis relancez ou abandonnez.",
            "A write was refused for good. Read the reason, correct the record, then retry or discard."},
    Message{"moved_on", "La fiche change sans cesse pendant l'écriture. Vérifiez qui la modifie, puis relancez.",
            "The record keeps changing while it is written. See who changes it, then retry."},
    Message{"formula_failed", "Une expression du pack a échoué sur cette fiche. Corrigez la donnée ou le pack.",
            "An expression of the pack failed on this record. Correct the data or the pack."},
    Message{"restored_as_new", "La fiche supprimée a été recréée : son historique propre est perdu, ses liens sont conservés.",
            "The deleted record was created anew: its own history is lost, its links are kept."},
    Message{"changed_resource", "Un document a changé de nature (devis ↔ facture). Vérifiez-le.", "A document changed its kind (quote ↔ invoice). Check it."},
    Message{"changed_since_send", "Le devis a été modifié après son envoi : la modification n'est pas transmise. Dupliquez le devis pour en envoyer un autre.",
            "The quote was edited after it was sent: the edit is not passed on. Copy the quote to send another one."},
    Message{"quote_refused", "Sage a refusé le devis. Lisez les erreurs, corrigez, puis renvoyez.", "Sage refused the quote. Read the errors, correct, then send again."},
    Message{"twin_found", "Deux fiches semblent nées d'une même création. Vérifiez laquelle garder.", "Two records seem to come from one create. Check which one to keep."},
    Message{"doubled_match_key", "Plusieurs fiches ont la même clé, qui doit être unique (adresse e-mail d'un collaborateur, nom d'un contact de 35 caractères au plus dans son compte) : rien n'a été créé ni lié. Corrigez-la sur l'une d'elles.",
            "Several records have the same key, which must be unique (a collaborator's e-mail, the name of a contact within its account, of which Sage holds 35 characters): nothing was created or linked. Correct it on one of them."},
    Message{"fallback_missing", "La valeur de remplacement du pack n'existe pas dans l'autre système. Créez-la ou corrigez le paramètre.",
            "The pack's stand-in value does not exist in the other system. Create it or correct the parameter."},
    Message{"parent_missing", "La fiche attend sa fiche parente dans l'autre système.", "The record waits for its parent in the other system."},
    Message{"listing_incomplete", "La liste complète de l'autre système n'est pas encore lue.", "The complete listing of the other system was not read yet."},
    Message{"creates_in_flight", "Des créations sont en cours de ce côté ; la fiche attend leur résultat.", "Creates are under way on this side; the record waits for their results."},
    Message{"verifying_pair", "La fiche rapprochée est vérifiée avant toute décision.", "The matched record is being verified before anything is decided."},
    Message{"immutable_changed", "Une fiche inaltérable a été modifiée à la source : la modification n'est pas transmise, le reste de la fiche l'est. Rétablissez la valeur d'origine.",
            "A record that may not change any more was changed at its source: the change is not passed on, the rest of the record is. Put the former value back."},
    Message{"empty_match_key", "Une fiche n'a pas la clé que le paquet exige (le code d'un client) : rien n'a été créé ni lié. Renseignez-la.",
            "A record has not the key the pack asks for (a client's code): nothing was created or linked. Fill it in."},
    Message{"awaiting_state", "La fiche attend l'état que le paquet demande avant d'être transmise.", "The record waits for the state the pack asks for before it is sent."},
    Message{"window_closed", "L'écriture attend l'ouverture de la plage horaire fixée par le paquet.", "The write waits until the hours in which the pack lets it be written."},
    Message{"record_locked", "Une fiche est ouverte dans l'autre système depuis longtemps : l'écriture attend et sera retentée. Fermez la fiche, ou le programme qui la tient.",
            "Somebody has had the record open in the other system for long: the write waits and is tried again. Close the record, or the program that holds it."},
    Message{"fields_not_read", "Les règles demandent depuis peu un champ qui n'a pas encore été lu pour toutes les fiches.", "The rules ask for a field since lately that was not read of every record yet."},
    Message{"keys_change", "Les règles de rapprochement ont changé : les clés des fiches sont recalculées.", "The match rules changed: the keys of the records are being computed anew."},
    Message{"conflict", "Les deux côtés ont modifié le même champ.", "Both sides edited the same field."},
    Message{"undone", "Une annulation a remis les valeurs d'avant, que les règles écriraient de nouveau : elles restent jusqu'à ce qu'on modifie la fiche. « write_again » laisse les règles les réécrire.",
            "An undo brought former values back that the rules would write over again: they stay until somebody edits the record. \"write_again\" lets the rules write again."},
    Message{"drift", "Le CRM a modifié un champ qui appartient à Sage ; la valeur y reste jusqu'au prochain changement dans Sage.",
            "The CRM edited a field that Sage owns; the value stays there until the next change in Sage."},
};

}  // namespace

void DescribeItem(const Pack& pack, WorkItem& item) {
  if (const auto own = pack.reasons.find(item.reason); own != pack.reasons.end()) {
    item.message_fr = own->second.fr;
    item.message_en = own->second.en;
    return;
  }
  for (const Message& message : kMessages) {
    if (message.reason != item.reason) continue;
    item.message_fr = message.fr;
    item.message_en = message.en;
    return;
  }
  if (item.message_en.empty()) item.message_en = item.reason;
  if (item.message_fr.empty()) item.message_fr = item.reason;
}

std::string_view ExplainReason(const Pack& pack, std::string_view reason) {
  if (const auto own = pack.reasons.find(reason); own != pack.reasons.end()) return own->second.en;
  for (const Message& message : kMessages) {
    if (message.reason == reason) return message.en;
  }
  return {};
}

}  // namespace entente
