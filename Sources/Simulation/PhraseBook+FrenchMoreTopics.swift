/// French phrases on staff, checkout, onboarding, reliability, returns and waiting.
extension PhraseBook {
    static let frenchMoreTopics = """
        [staff]
        ms le personnel
        ms l'accueil en magasin
        fs la dame à la caisse
        mp les vendeurs
        fp les équipes en agence
        -3 le responsable m'a crié dessus devant tout le monde
        -3 jamais on ne m'a traité avec autant de mépris
        -2 les vendeurs m'ont ignoré et continuaient à bavarder
        -2 personne en magasin ne connaissait le produit
        -2 la caissière a été désagréable avec ma mère
        -2 pas un seul vendeur dans le rayon
        -1 le personnel avait l'air fatigué
        -1 il manque une personne à l'accueil
        -1 des conseils un peu vagues
        +1 le vendeur était plutôt poli
        +2 le jeune homme à l'accueil a été adorable
        +2 ils connaissent leurs produits et ne forcent jamais la vente
        +2 accueilli avec le sourire
        +3 toute l'équipe nous a reçus comme des rois, des gens en or
        r mettez plus de monde en rayon le samedi s'il vous plaît
        r formez un peu mieux les nouveaux vendeurs
        r il faudrait quelqu'un qui parle la langue des signes
        q qui est le responsable du magasin du centre ?
        q est-ce que vous recrutez ?
        [checkout]
        ms le passage en caisse
        ms le panier
        fs la page de commande
        fp les caisses automatiques
        mp les moyens de paiement
        -3 ma carte débitée <n> fois parce que votre page a figé, c'est inadmissible
        -3 une heure pour passer une commande, j'ai failli jeter l'ordinateur
        -2 le paiement a échoué <n> fois de suite
        -2 mon panier s'est vidé à la dernière étape
        -2 le site refuse mon code postal
        -2 obligé de créer un compte pour acheter un stylo
        -1 une étape de trop avant de payer
        -1 la case du bon de réduction est mal placée
        -1 la page met un peu de temps à charger
        +1 la commande est passée du premier coup
        +2 commander m'a pris moins de <n> minutes
        +2 acheter est rapide et sans prise de tête
        +2 un clic et c'était fait
        +3 la commande la plus fluide de ma vie
        r acceptez d'autres cartes s'il vous plaît
        r laissez-nous commander sans créer de compte
        r ce serait pratique d'enregistrer plusieurs adresses
        q puis-je ajouter un article à une commande déjà payée ?
        q pourquoi ma carte est-elle refusée ?
        [onboarding]
        fs la prise en main
        fs l'inscription
        ms le démarrage
        mp les tutoriels
        fp les premières étapes
        -3 <n> semaines d'installation et toujours pas d'accès, une farce
        -3 votre assistant a détruit toute notre configuration
        -2 on nous a laissés seuls une fois le contrat signé
        -2 la documentation n'est plus à jour
        -2 il nous a fallu <n> semaines pour tout configurer
        -2 la vérification d'identité échoue sans arrêt
        -1 beaucoup de choses à lire avant de commencer
        -1 trop de mails de bienvenue
        -1 quelques exemples manquaient de clarté
        +1 l'installation a été plus simple que je ne le craignais
        +2 tout fonctionnait en <n> heures
        +2 la visite guidée explique tout
        +2 notre formatrice était patiente et claire
        +3 toute l'équipe était à l'aise dès le premier jour, magique
        r merci d'ajouter des vidéos pour les débutants
        r une liste des étapes pour les administrateurs serait utile
        r pourriez-vous traduire le manuel
        q y a-t-il une formation pour les nouveaux ?
        q comment inviter mes collègues ?
        [reliability]
        ms le service
        fs la connexion
        fs la plateforme
        mp les serveurs
        fp les synchronisations
        -3 <n> pannes en une semaine, mon activité est à l'arrêt, impardonnable
        -3 vous avez perdu nos données puis vous l'avez nié
        -2 ça tombe en panne tous les lundis matin
        -2 les pages n'aboutissent pas de la journée
        -2 les rapports affichent des chiffres faux
        -2 la moitié de mes appels coupent
        -1 de petites coupures de temps en temps
        -1 ça ralentit en fin de mois
        -1 le rapport du soir arrive parfois en retard
        +1 moins de pannes que l'année dernière
        +2 pas une seule panne en <n> ans
        +2 ça marche, jour après jour
        +2 je peux compter dessus les yeux fermés
        +3 du béton, j'y mettrais ma main au feu
        r publiez une page d'état s'il vous plaît
        r prévenez-nous avant les maintenances
        r il nous faudrait un second centre de données en Europe
        q y a-t-il un problème de réseau aujourd'hui ?
        q quelle disponibilité garantissez-vous ?
        [returns]
        ms le retour
        fs la politique d'échange
        fs la procédure de retour
        mp les remboursements
        fp vos étiquettes de retour
        -3 vous refusez de reprendre un article cassé, vous êtes des voleurs
        -3 renvoyé il y a <n> mois, vous gardez l'article et l'argent
        -2 j'ai dû payer pour renvoyer un article défectueux
        -2 je n'ai jamais reçu l'étiquette de retour
        -2 l'échange n'était pas à la bonne taille non plus
        -2 on prétend que mon retour n'est jamais arrivé
        -1 quatorze jours pour renvoyer, c'est un peu court
        -1 il faut une imprimante pour renvoyer un article
        -1 l'échange a pris un peu plus de temps que prévu
        +1 l'échange a été fait correctement
        +2 j'ai changé de taille sans la moindre difficulté
        +2 retour gratuit et facile
        +2 l'argent était sur mon compte en <n> jours
        +3 ils m'ont laissé l'article abîmé et envoyé un neuf le jour même, chapeau
        r ajoutez un point de dépôt près de la gare s'il vous plaît
        r passez le délai de retour à trente jours
        r j'aimerais renvoyer sans imprimer d'étiquette
        q peut-on rendre un cadeau sans le ticket ?
        q combien de jours ai-je pour le renvoyer ?
        [waiting]
        fs l'attente
        ms le temps d'attente
        fs la file du samedi
        mp les temps de réponse
        fp les heures d'attente au téléphone
        -3 <big> minutes d'attente puis on me raccroche au nez, quelle honte
        -3 <n> heures debout dans le froid comme du bétail
        -2 j'ai attendu <big> minutes avant qu'on décroche
        -2 toujours une queue énorme et un seul guichet ouvert
        -2 <n> semaines pour un rendez-vous
        -2 j'ai fini par abandonner
        -1 un peu plus d'attente que d'habitude
        -1 la musique d'attente est agaçante
        -1 la borne à tickets était en panne
        +1 je n'ai pas attendu trop longtemps
        +2 servi tout de suite
        +2 aucune attente même un samedi
        +2 entré et sorti en <n> minutes
        +3 pas une seconde d'attente en <n> ans, du jamais vu
        r permettez de réserver un créneau en ligne s'il vous plaît
        r ouvrez un second guichet à midi
        r affichez le temps d'attente avant l'appel
        q combien de temps faut-il attendre en général ?
        q à quelle heure y a-t-il moins de monde ?
        """
}
