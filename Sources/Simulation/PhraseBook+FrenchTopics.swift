/// French phrases on delivery, price, support, quality, the app and billing.
extension PhraseBook {
    static let frenchTopics = """
        [delivery]
        fs la livraison
        ms le transporteur
        ms votre livreur
        mp les délais de livraison
        fp les livraisons à domicile
        -3 mon colis a été jeté par-dessus le portail, il est en miettes
        -3 commande <order> perdue depuis <big> jours et tout le monde s'en moque
        -2 ma commande est arrivée avec <n> jours de retard
        -2 le livreur a laissé le carton sous la pluie
        -2 il manquait la moitié des articles dans le colis
        -2 le suivi indique livré mais je n'ai rien reçu
        -1 le suivi du colis pourrait être plus précis
        -1 un jour de plus que prévu
        -1 le carton était bien trop grand
        +1 le colis est arrivé à peu près à l'heure
        +2 commande reçue dès le lendemain
        +2 colis bien emballé et livré à l'heure
        +2 je sais toujours quand le livreur va passer
        +3 commandé à minuit, reçu avant midi, incroyable
        r merci d'ajouter des créneaux de livraison le soir
        r pourriez-vous proposer plus de points relais
        r j'aimerais pouvoir changer l'adresse après la commande
        q livrez-vous le samedi ?
        q où en est ma commande <order> ?
        [price]
        ms le prix
        ms le tarif mensuel
        ms le rapport qualité-prix
        mp vos tarifs
        fp les promotions
        -3 à ce prix-là c'est du vol pur et simple
        -3 vous avez doublé le tarif sans prévenir, c'est honteux
        -2 c'est devenu trop cher pour une petite équipe
        -2 j'ai trouvé la même chose <big> % moins cher ailleurs
        -2 on paie plus chaque année sans rien de nouveau
        -2 le code promo ne marche jamais
        -2 trop cher
        -1 un peu cher pour ce que c'est
        -1 il manque une formule plus abordable
        -1 les prix grimpent petit à petit
        +1 le coût correspond à ce que j'attendais
        +2 j'en ai pour mon argent
        +2 c'est moins cher que ce que nous avions avant
        +2 la remise étudiante m'a bien aidé
        +3 je n'en reviens pas de tout ce qu'on a pour ce prix
        r remettez la réduction annuelle s'il vous plaît
        r une offre moins chère pour les indépendants serait bienvenue
        r il faudrait un tarif famille
        q y a-t-il une réduction pour les associations ?
        q pourquoi mon abonnement a-t-il augmenté ce mois-ci ?
        [support]
        ms le service client
        ms le support
        fs l'assistance
        mp les conseillers au téléphone
        fp les réponses du service client
        -3 on m'a insulté au téléphone puis raccroché au nez
        -3 <n> tickets ouverts, zéro réponse, c'est scandaleux
        -2 personne n'a jamais répondu à mes mails
        -2 j'ai dû expliquer mon problème <n> fois à <n> personnes
        -2 le robot de discussion tourne en rond
        -2 votre agent a fermé mon dossier sans rien régler
        -1 réponse polie mais pas vraiment utile
        -1 difficile de joindre quelqu'un
        -1 on sent que les réponses sont toutes faites
        +1 on a fini par me rappeler
        +2 le conseiller a réglé mon souci en <n> minutes
        +2 une vraie personne m'a répondu tout de suite
        +2 on m'a rappelé comme promis
        +3 la dame au téléphone a été formidable, bien au-delà de mes attentes
        r ouvrez la ligne le week-end s'il vous plaît
        r j'aimerais être rappelé plutôt que d'attendre
        r pourriez-vous ajouter une messagerie en direct
        q comment parler à un humain ?
        q quand aurai-je une réponse au ticket <order> ?
        [quality]
        ms le produit
        fs la qualité
        fs la finition
        mp les matériaux
        mp les articles achetés
        -3 ça a pris feu au bout de <n> jours, vous mettez les gens en danger
        -3 de la camelote, tout m'est resté dans les mains
        -2 cassé au bout de <n> semaines
        -2 la fermeture a lâché dès la première fois
        -2 la couleur ne correspond pas du tout à la photo
        -2 du plastique bas de gamme et ça se voit
        -1 les coutures sont un peu grossières
        -1 moins solide que l'ancien modèle
        -1 ça taille un peu petit
        +1 conforme à la description
        +2 c'est solide et bien fini
        +2 après <n> ans il est toujours comme neuf
        +2 la matière est très agréable
        +3 le plus bel objet que j'aie jamais acheté
        r faites-le en grande taille s'il vous plaît
        r ce serait bien d'avoir une version noire
        r il faudrait une attache plus solide
        q la housse passe-t-elle en machine ?
        q quelle est la durée de la garantie ?
        [app]
        fs l'application
        fs l'appli mobile
        fs l'interface
        fp les notifications
        fp les dernières mises à jour
        -3 l'appli a effacé toutes mes données, je suis hors de moi
        -3 la nouvelle version est la pire chose installée sur mon téléphone
        -2 elle plante à chaque ouverture
        -2 impossible de me connecter depuis la mise à jour
        -2 je suis déconnecté <n> fois par jour
        -2 la recherche ne trouve jamais rien
        -1 les menus sont un peu confus
        -1 ça vide pas mal la batterie
        -1 c'est écrit trop petit pour mes yeux
        +1 la nouvelle présentation est plutôt claire
        +2 je trouve tout en deux clics
        +2 les écrans sont clairs et rapides
        +2 tout se synchronise parfaitement
        +3 je l'ouvre chaque matin avec le sourire, une merveille
        r merci d'ajouter un mode sombre
        r il nous faut un export vers le tableur
        r pourriez-vous remettre le widget
        q est-ce que ça marche hors connexion ?
        q comment changer mon mot de passe ?
        [billing]
        fs la facturation
        ms le paiement
        ms le prélèvement
        fp les factures
        fp vos conditions de paiement
        -3 vous avez pris <big> euros sur mon compte sans mon accord, bande d'escrocs
        -3 <n> mois après la clôture vous prélevez encore ma carte
        -2 j'ai été débité deux fois le même mois
        -2 toujours pas remboursé après <n> semaines
        -2 des frais cachés sur chaque facture
        -2 la TVA est encore fausse sur ma facture
        -1 la facture est difficile à lire
        -1 j'aurais aimé être prévenu avant le renouvellement
        -1 les factures arrivent avec quelques jours de retard
        +1 la facture était juste cette fois
        +2 factures claires et toujours justes
        +2 remboursement reçu en <n> jours
        +2 payer est simple et sans surprise
        +3 vous avez vu l'erreur avant moi et tout remboursé, quelle honnêteté
        r envoyez les factures en pièce jointe s'il vous plaît
        r il devrait être possible de payer par prélèvement
        r j'aimerais payer une fois par an
        q puis-je avoir une copie de la facture <order> ?
        q pourquoi ai-je été prélevé le trois ?
        """
}
