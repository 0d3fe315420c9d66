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
    Message{"partner_lost", "La fiche porte le numéro d'une fiche de l'autre système qui n'y est plus, et l'état du moteur, restauré d'une sauvegarde, ne sait pas qui l'a supprimée : rien n'est créé. Choisissez « create » pour la recréer, ou supprimez la fiche.",
            "The record bears the number of a record that is no longer in the other system, and the engine's state, put back from a backup, does not know who deleted it: nothing is created. Choose \"create\" to make it again, or delete the record."},
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
    Message{"key_missing", "Un connecteur transmet des fiches sans clé : elles sont ignorées. Vérifiez le connecteur et la table qu'il lit.",
            "A connector reports records without a key: they are left out. Check the connector and the table it reads."},
    Message{"record_empty", "Un connecteur transmet des fiches dont tous les champs sont vides : elles sont ignorées, rien n'est effacé. Vérifiez les droits de lecture du connecteur.",
            "A connector reports records of which every field is empty: they are left out, and nothing is emptied. Check what the connector may read."},
    Message{"key_twice", "Un connecteur transmet plusieurs fiches sous la même clé. Vérifiez la table qu'il lit, et qu'une seule société est lue.",
            "A connector reports several records under one key. Check the table it reads, and that it reads one company."},
    Message{"key_changes_case", "Un connecteur transmet la même clé tantôt en majuscules, tantôt en minuscules. Mettez-le à jour : une clé n'a qu'une écriture.",
            "A connector writes the same key now in capitals, now in small letters. Update it: a key is written one way."},
    Message{"row_of_another", "Une fiche arrive avec le numéro de ligne d'une autre. Vérifiez si l'une a reçu le code de l'autre, sinon le connecteur.",
            "A record comes with the row number of another one. See whether one was given the other's code; else check the connector."},
    Message{"record_of_another_database", "Un connecteur mêle des fiches de plusieurs bases. Vérifiez qu'il lit une seule société.",
            "A connector mixes records of several databases. Check that it reads one company."},
    Message{"former_key_lives", "Une fiche est dite renommée, mais l'ancienne clé est celle d'une autre fiche. Vérifiez le connecteur.",
            "A record is said to have been renamed, and its former key is another record's. Check the connector."},
    Message{"change_time_impossible", "Des dates de modification sont impossibles ou dans le futur : « le plus récent gagne » peut se tromper. Réglez l'horloge et le fuseau du système.",
            "Change dates are impossible or ahead of time: the newest may win wrongly. Set the clock and the time zone of the system."},
    Message{"value_of_wrong_type", "Un connecteur transmet des valeurs d'un autre type que celui qu'il annonce. Vérifiez sa version.",
            "A connector reports values of another type than it declares. Check its version."},
    Message{"value_too_long", "Un connecteur transmet des textes plus longs que la colonne annoncée. Vérifiez la colonne, ou la version du connecteur.",
            "A connector reports texts longer than the column it declares. Check the column, or the version of the connector."},
    Message{"cursor_came_back", "Un connecteur revient à un point de reprise déjà dépassé : rien n'est perdu, tout est relu. Vérifiez le connecteur.",
            "A connector comes back to a cursor it had left behind: nothing is lost, everything is read again. Check the connector."},
    Message{"listing_not_asked_for", "Un connecteur envoie une liste complète que personne n'a demandée : rien n'en est conclu. Vérifiez le connecteur.",
            "A connector sends a complete listing nobody asked for: nothing is concluded from it. Check the connector."},
    Message{"listing_without_end", "Un connecteur dit une liste terminée sans en avoir envoyé la fin : elle est redemandée plus tard. Vérifiez le connecteur.",
            "A connector says a listing is done and never sent its end: it is asked for again later. Check the connector."},
    Message{"listed_incompletely", "Une liste dite complète omettait des fiches qui existent : rien n'a été supprimé. Vérifiez les droits et les filtres du connecteur.",
            "A listing said to be complete left out records that are there: nothing was deleted. Check what the connector may read, and its filters."},
    Message{"gone_and_there", "Une fiche dite supprimée est de nouveau là, sur la même ligne. Vérifiez le connecteur avant d'approuver des suppressions.",
            "A record said to be deleted is there again, in the same row. Check the connector before you approve deletions."},
    Message{"answer_of_another", "Un connecteur répond avec une autre fiche que celle demandée. Vérifiez le connecteur.",
            "A connector answers with another record than it was asked about. Check the connector."},
    Message{"answer_overdue", "Un connecteur n'a pas répondu à une demande depuis une demi-heure : ce qui en dépend attend. Relancez le connecteur.",
            "A connector has not answered for half an hour: what depends on it waits. Restart the connector."},
    Message{"ready_without_bound", "Un connecteur dit prendre plus d'opérations qu'aucun système n'en prend : sa limite est ignorée. Vérifiez le connecteur.",
            "A connector says it takes more operations than any system does: what it says is not relied on. Check the connector."},
    Message{"resource_missing", "Ce système n'a pas des tables que le paquet demande : leurs fiches ne sont pas synchronisées. Vérifiez la version et les droits, ou le paquet.",
            "This system has not the tables the pack asks for: their records are not synchronised. Check its version and rights, or the pack."},
    Message{"column_read_only", "Ce système dit ne pas laisser écrire des champs que le paquet écrit. Vérifiez les droits du connecteur, ou retirez ces champs du paquet.",
            "This system says that fields the pack writes may not be written. Check the connector's rights, or take these fields out of the pack."},
    Message{"erased_reported", "Un système a encore, ou de nouveau, une fiche d'une personne effacée : elle n'est pas reprise. Supprimez-l'y. Si c'est une autre personne qui a reçu le même code, ou si la personne revient, « admit » la laisse entrer, avec tout ce que les deux systèmes ont encore d'elle.",
            "A system still has, or has again, a record of an erased person: it is not taken in. Delete it there. If it is somebody else who was given the same code, or the person comes back, \"admit\" lets it in, with all that both systems still have of it."},
    Message{"key_of_erased", "La fiche à créer recevrait le code d'une personne effacée : rien n'est créé. Donnez-lui un autre code.",
            "The record to be created would get the code of an erased person: nothing is created. Give it another code."},
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
