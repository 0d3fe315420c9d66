#include "tools/sandbox/company/words.h"

namespace entente::sandbox::words {

const std::vector<std::string_view>& MaleFirstNames() {
  static const std::vector<std::string_view> words = {
      "Aurélien", "Benoît", "Cédric", "Christophe", "Clément", "Damien", "Didier", "Éric", "Fabrice", "Frédéric", "François", "Gaël",
      "Gérard", "Grégoire", "Guillaume", "Hervé", "Jacques", "Jean", "Jean-Baptiste", "Jean-François", "Jérôme", "Joël", "Julien",
      "Karim", "Laurent", "Loïc", "Luc", "Marc", "Mathieu", "Mickaël", "Mohamed", "Nicolas", "Noël", "Olivier", "Pascal", "Philippe",
      "Pierre", "Raphaël", "Rémi", "René", "Sébastien", "Stéphane", "Thierry", "Vincent", "Yann", "Yves"};
  return words;
}

const std::vector<std::string_view>& FemaleFirstNames() {
  static const std::vector<std::string_view> words = {
      "Adèle", "Agnès", "Amélie", "Anaïs", "Anne", "Anne-Laure", "Béatrice", "Brigitte", "Camille", "Catherine", "Cécile", "Céline",
      "Chloé", "Christine", "Claire", "Corinne", "Delphine", "Édith", "Élodie", "Émilie", "Fatima", "Florence", "Françoise",
      "Gaëlle", "Hélène", "Inès", "Isabelle", "Joëlle", "Julie", "Laëtitia", "Léa", "Maëlle", "Marie", "Marie-Hélène", "Martine",
      "Mélanie", "Monique", "Nathalie", "Noémie", "Odile", "Pauline", "Sandrine", "Sophie", "Stéphanie", "Sylvie", "Valérie",
      "Véronique", "Zoé"};
  return words;
}

const std::vector<std::string_view>& LastNames() {
  static const std::vector<std::string_view> words = {
      "Allard", "André", "Aubert", "Barbier", "Barré", "Baudry", "Bénard", "Bertin", "Besnard", "Blanchet", "Bœuf", "Boisseau",
      "Bonnet", "Boucher", "Bouvier", "Brossard", "Carpentier", "Chauvet", "Chevalier", "Clémenceau", "Colas", "Courtois", "Cœurdacier",
      "D'Angelo", "Da Silva", "De la Fontaine", "Delaunay", "Delmas", "Denis", "Desprès", "Diallo", "Dubois", "Dufour", "Dupont",
      "Durand", "Étienne", "Evrard", "Fabre", "Faure", "Ferré", "Fournier", "Garnier", "Gauthier", "Gérard", "Giraud", "Grégoire",
      "Guérin", "Guichard", "Haddad", "Hamon", "Hardy", "Hébert", "Hervé", "Huet", "Jacquemin", "Jégou", "Joly", "Kervella",
      "Labbé", "Lacroix", "Lambert", "Langlois", "Le Bihan", "Le Gall", "Le Goff", "Leclerc", "Lefèvre", "Lemoine", "Leroy", "L'Hostis",
      "Mallet", "Marchand", "Martin", "Masson", "Mathieu", "Maréchal", "Ménard", "Mercier", "Meunier", "Michel", "Monnier", "Moreau",
      "Morvan", "N'Guyen", "Noël", "Olivier", "Ouedraogo", "Pelletier", "Pénisson", "Perrot", "Petit", "Picard", "Poulain", "Prévost",
      "Quéméner", "Renaud", "Rivière", "Robin", "Rousseau", "Roux", "Saint-Étienne", "Salaün", "Schmitt", "Simon", "Tanguy", "Texier",
      "Thébault", "Vallée", "Vasseur", "Vidal", "Weber", "Zimmermann"};
  return words;
}

const std::vector<City>& Cities() {
  static const std::vector<City> words = {
      {"Nantes", "44000", "Pays de la Loire"},
      {"Saint-Herblain", "44800", "Pays de la Loire"},
      {"Rezé", "44400", "Pays de la Loire"},
      {"Angers", "49000", "Pays de la Loire"},
      {"La Roche-sur-Yon", "85000", "Pays de la Loire"},
      {"Le Mans", "72000", "Pays de la Loire"},
      {"Rennes", "35000", "Bretagne"},
      {"Cesson-Sévigné", "35510", "Bretagne"},
      {"Brest", "29200", "Bretagne"},
      {"Quimper", "29000", "Bretagne"},
      {"Vannes", "56000", "Bretagne"},
      {"Bourg-en-Bresse", "01000", "Auvergne-Rhône-Alpes"},
      {"Lyon", "69003", "Auvergne-Rhône-Alpes"},
      {"Grenoble", "38000", "Auvergne-Rhône-Alpes"},
      {"Saint-Étienne", "42000", "Auvergne-Rhône-Alpes"},
      {"Paris", "75011", "Île-de-France"},
      {"Créteil", "94000", "Île-de-France"},
      {"Évry-Courcouronnes", "91000", "Île-de-France"},
      {"Nice", "06000", "Provence-Alpes-Côte d'Azur"},
      {"Toulouse", "31000", "Occitanie"},
      {"Béziers", "34500", "Occitanie"},
      {"Bordeaux", "33000", "Nouvelle-Aquitaine"},
      {"Mérignac", "33700", "Nouvelle-Aquitaine"},
      {"Limoges", "87000", "Nouvelle-Aquitaine"},
      {"Strasbourg", "67000", "Grand Est"},
      {"Orléans", "45000", "Centre-Val de Loire"},
      {"Besançon", "25000", "Bourgogne-Franche-Comté"},
      {"Lille", "59000", "Hauts-de-France"},
      {"Rouen", "76000", "Normandie"},
      {"Ajaccio", "20000", "Corse"}};
  return words;
}

const std::vector<std::string_view>& Streets() {
  static const std::vector<std::string_view> words = {
      "rue de la République", "avenue du Général-de-Gaulle", "rue des Frères-Lumière", "boulevard Victor-Hugo", "impasse des Œillets",
      "rue de l'Église", "chemin du Pré-aux-Clercs", "rue Éric-Tabarly", "place du Marché", "allée des Érables", "rue de l'Artisanat",
      "zone artisanale de la Forêt", "rue du Faubourg-Saint-Honoré", "quai de la Fosse", "route de Vannes", "rue Pasteur",
      "avenue de l'Europe", "rue Jean-Jaurès"};
  return words;
}

const std::vector<std::string_view>& Trades() {
  static const std::vector<std::string_view> words = {
      "Menuiserie", "Ébénisterie", "Garage", "Boulangerie", "Plomberie", "Électricité générale", "Charpente", "Maçonnerie", "Serrurerie",
      "Quincaillerie", "Imprimerie", "Chaudronnerie", "Métallerie", "Hôtel", "Restaurant", "Pépinière", "Scierie", "Transports",
      "Carrosserie", "Peinture", "Couverture", "Pharmacie", "Clinique", "Lycée", "Mairie de", "Ateliers", "Constructions",
      "Aménagement", "Distribution", "Négoce", "Équipement", "Sécurité", "Énergie", "Nettoyage", "Conserverie"};
  return words;
}

const std::vector<std::string_view>& TradeSuffixes() {
  static const std::vector<std::string_view> words = {
      "& Fils", "Frères", "de l'Ouest", "du Littoral", "Atlantique", "Services", "et Associés", "Père & Fils", "Développement",
      "Industrie", "Océane", "des Pays de la Loire", "du Bâtiment", "– Agence centrale", "Réunis", "Sud-Bretagne"};
  return words;
}

const std::vector<std::string_view>& LegalForms() {
  static const std::vector<std::string_view> words = {"SARL", "SAS", "SA", "EURL", "SASU", "SCOP", "M.", "Mme", "Association"};
  return words;
}

const std::vector<std::string_view>& JobTitles() {
  static const std::vector<std::string_view> words = {
      "Gérant", "Gérante", "Acheteur", "Acheteuse", "Comptable", "Directeur technique", "Directrice générale", "Assistante de direction",
      "Chef d'atelier", "Conducteur de travaux", "Responsable qualité", "Responsable des achats", "Secrétaire", "Magasinier"};
  return words;
}

const std::vector<FamilyWords>& ProductFamilies() {
  static const std::vector<FamilyWords> words = {
      {"VISSERIE", "Visserie", {"Vis à bois", "Vis autoforeuse", "Tirefond", "Vis à métaux"}, 250, 4800, false},
      {"BOULON", "Boulonnerie", {"Boulon poêlier", "Écrou frein", "Rondelle large", "Tige filetée"}, 120, 2900, false},
      {"CHEVILLE", "Chevilles et fixations", {"Cheville à frapper", "Cheville chimique", "Goujon d'ancrage"}, 490, 7900, false},
      {"QUINCAIL", "Quincaillerie de bâtiment", {"Paumelle", "Charnière", "Équerre renforcée", "Poignée de tirage"}, 310, 8900, false},
      {"SERRURE", "Serrurerie", {"Cylindre européen", "Serrure à larder", "Verrou à bouton", "Gâche électrique"}, 1290, 24900, false},
      {"OUTILMAIN", "Outillage à main", {"Marteau", "Tournevis", "Pince multiprise", "Niveau à bulle", "Clé à œil"}, 590, 9900, false},
      {"ELECPORT", "Outillage électroportatif", {"Perceuse-visseuse", "Scie sauteuse", "Meuleuse", "Perforateur"}, 5900, 64900, false},
      {"ABRASIF", "Abrasifs", {"Disque à tronçonner", "Bande abrasive", "Brosse métallique"}, 190, 4900, false},
      {"EPI", "Protection individuelle", {"Gants anti-coupure", "Casque de chantier", "Chaussures de sécurité", "Lunettes"}, 290, 12900, false},
      {"PEINTURE", "Peinture et droguerie", {"Peinture façade", "Lasure chêne", "Mastic acrylique", "Décapant"}, 590, 15900, false},
      {"PLOMBERIE", "Plomberie", {"Raccord laiton", "Tube PER", "Mitigeur", "Siphon"}, 190, 18900, false},
      {"ELECTRIC", "Matériel électrique", {"Câble R2V", "Disjoncteur différentiel", "Goulotte", "Projecteur LED"}, 220, 22900, false},
      {"JARDIN", "Jardin", {"Tuyau d'arrosage", "Sécateur", "Bêche", "Débroussailleuse"}, 490, 45900, false},
      {"STOCKAGE", "Rangement et levage", {"Rayonnage", "Palan à chaîne", "Diable pliant", "Échelle coulissante"}, 1990, 89900, false},
      {"CONSO", "Consommables d'atelier", {"Huile de coupe", "Chiffons", "Ruban adhésif", "Dégrippant"}, 150, 3900, false},
      {"SERVICE", "Prestations", {"Main-d'œuvre atelier", "Affûtage", "Livraison sur chantier", "Formation sécurité"}, 2500, 95000, true}};
  return words;
}

const std::vector<std::string_view>& Finishes() {
  static const std::vector<std::string_view> words = {
      "acier zingué", "inox A2", "inox A4", "laiton poli", "galvanisé à chaud", "noir mat", "bichromaté", "nickelé", "chêne clair",
      "renforcé", "série pro", "gamme économique", "tête fraisée", "tête hexagonale", "18 V", "230 V", "étanche", "antidérapant"};
  return words;
}

const std::vector<std::string_view>& Packings() {
  static const std::vector<std::string_view> words = {"(boîte de 50)", "(boîte de 200)", "(la pièce)", "(le sachet de 10)", "(carton de 12)",
                                                      "(le mètre)", "(rouleau de 25 m)", "(lot de 5)"};
  return words;
}

}  // namespace entente::sandbox::words
