/// French phrases that belong to no one topic.
extension PhraseBook {
    static let french = """
        [general]
        =-3 {est|sont} une honte absolue
        =-3 me {met|mettent} en rage
        =-3 {est scandaleux|est scandaleuse|sont scandaleux|sont scandaleuses}
        =-3 {est|sont} ce que j'ai vu de pire
        =-3 {est|sont} un vrai cauchemar du début à la fin
        =-3 {est|sont} en dessous de tout
        =-3 me {rend|rendent} dingue
        =-2 {est mauvais|est mauvaise|sont mauvais|sont mauvaises}
        =-2 {est nul|est nulle|sont nuls|sont nulles}
        =-2 {n'est|ne sont} vraiment pas {bon|bonne|bons|bonnes}
        =-2 {m'a beaucoup déçu|m'ont beaucoup déçu}
        =-2 ne {fonctionne|fonctionnent} pas
        =-2 {laisse|laissent} à désirer
        =-2 {est|sont} très loin de vos promesses
        =-2 {est décevant|est décevante|sont décevants|sont décevantes}
        =-2 {s'est dégradé|s'est dégradée|se sont dégradés|se sont dégradées}
        =-2 ne {marche|marchent} jamais quand j'en ai besoin
        =-2 {est|sont} catastrophique{|s}
        =-2 {n'est|ne sont} pas à la hauteur
        =-1 {est|sont} pas terrible{|s}
        =-1 {pourrait|pourraient} être mieux
        =-1 {n'est|ne sont} pas au top
        =-1 {n'est|ne sont} plus aussi {bon|bonne|bons|bonnes} qu'avant
        =-1 {est|sont} à revoir
        =-1 {manque|manquent} un peu de sérieux
        =-1 {est|sont} {moyen|moyenne|moyens|moyennes}, sans plus
        =-1 {n'est|ne sont} pas toujours au niveau
        =0 {est moyen|est moyenne|sont moyens|sont moyennes}
        =0 {est|sont} dans la norme
        =0 {n'est|ne sont} ni {bon|bonne|bons|bonnes} ni {mauvais|mauvaise|mauvais|mauvaises}
        =0 {n'a|n'ont} rien d'extraordinaire
        =0 {fait|font} le travail
        =0 {n'a|n'ont} pas changé
        =0 {est correct|est correcte|sont corrects|sont correctes}, ni plus ni moins
        =+1 {est|sont} pas mal
        =+1 {est|sont} plutôt bien
        =+1 {est|sont} mieux qu'avant
        =+1 me {convient|conviennent}
        =+1 {marche|marchent} bien la plupart du temps
        =+1 {n'est|ne sont} pas si mal que je le craignais
        =+1 {s'est amélioré|s'est améliorée|se sont améliorés|se sont améliorées}
        =+1 {est|sont} assez agréable{|s}
        =+2 {est|sont} super
        =+2 {est très bon|est très bonne|sont très bons|sont très bonnes}
        =+2 {est excellent|est excellente|sont excellents|sont excellentes}
        =+2 {fonctionne|fonctionnent} vraiment bien
        =+2 ne {m'a|m'ont} jamais déçu
        =+2 {dépasse|dépassent} mes attentes
        =+2 {est|sont} vraiment au point
        =+2 {est|sont} pas mal du tout, bien au contraire
        =+2 me {fait|font} gagner beaucoup de temps
        =+2 {est|sont} irréprochable{|s}
        =+2 {est impeccable|sont impeccables}
        =+3 {est|sont} absolument fantastique{|s}
        =+3 {est le meilleur|est la meilleure|sont les meilleurs|sont les meilleures} du marché
        =+3 {est parfait|est parfaite|sont parfaits|sont parfaites}, tout simplement
        =+3 {m'a bluffé|m'ont bluffé}
        =+3 {est génial|est géniale|sont géniaux|sont géniales}
        =+3 {vaut|valent} de l'or
        =+3 me {redonne|redonnent} le sourire à chaque fois
        -3 je suis furieux
        -3 vous êtes des voleurs
        -3 zéro serait encore trop généreux
        -3 à fuir absolument
        -3 jamais une entreprise ne m'a autant énervé
        -3 quel scandale, du grand n'importe quoi
        -2 je suis très mécontent
        -2 je regrette de vous avoir choisis
        -2 je ne recommande à personne
        -2 rien ne marche comme il faut
        -2 vous n'écoutez pas vos clients
        -2 je m'attendais à beaucoup mieux
        -2 avant c'était bien, plus maintenant
        -2 je n'ai rien de bon à en dire
        -2 du temps et de l'argent perdus
        -1 je suis un peu déçu
        -1 j'espérais mieux
        -1 pas vraiment ce que je cherchais
        -1 trop de petits désagréments
        -1 ce n'est pas catastrophique mais ce n'est pas bon non plus
        -1 je commence à avoir des doutes
        0 ça va
        0 pas grand-chose à dire
        0 ni pour ni contre
        0 je ne m'en sers que de temps en temps
        0 trop tôt pour juger
        0 il y a du bon et du moins bon
        0 c'est comme partout
        0 pas encore d'avis
        0 on l'utilise parce que le siège l'a choisi
        +1 dans l'ensemble je suis plutôt satisfait
        +1 pas de souci jusqu'ici
        +1 ça répond à peu près à mes besoins
        +1 je n'ai pas à me plaindre
        +1 un choix correct
        +1 assez content dans l'ensemble
        +2 je suis très content
        +2 je recommande sans hésiter
        +2 ça me simplifie vraiment le travail
        +2 il n'y a rien qui ne me plaise pas
        +2 client fidèle depuis <n> ans
        +2 vous tenez vos promesses
        +2 je n'ai rien à redire
        +2 jamais eu de problème en <n> ans
        +3 j'adore
        +3 j'en parle à tout le monde
        +3 vous êtes les meilleurs
        +3 dix sur dix, sans hésitation
        +3 je ne pourrais plus m'en passer
        +3 la meilleure décision de l'année
        +3 si toutes les entreprises pouvaient être comme vous
        r écoutez vos utilisateurs s'il vous plaît
        r merci d'ajouter d'autres langues
        r tenez-moi au courant de la suite
        r quelqu'un pourrait-il me rappeler
        r rendez tout cela plus simple s'il vous plaît
        r je vous suggère de demander l'avis des gens avant de tout changer
        r une carte de fidélité serait appréciée
        r on aimerait une connexion avec nos autres outils
        q qui dois-je contacter à ce sujet ?
        q comptez-vous ouvrir dans le nord ?
        q pourquoi me demander mon avis tous les mois ?
        q ce questionnaire est-il anonyme ?
        q allez-vous vraiment lire ceci ?
        q qu'est-ce qui a changé depuis le printemps ?
        o franchement,
        o honnêtement,
        o bon,
        o à mon avis,
        o client depuis <n> ans,
        o après <n> mois d'utilisation,
        o dans l'ensemble,
        o pour l'instant,
        o bref,
        o bonjour,
        o bonsoir,
        o pour moi,
        o comme je l'ai déjà dit,
        o soyons clairs :
        o désolé mais
        o je dois dire :
        o globalement,
        e-3 plus jamais
        e-3 honte à vous
        e-3 vous aurez des nouvelles de mon avocat
        e-3 fuyez
        e-2 très déçu
        e-2 je ne recommande pas
        e-2 je veux être remboursé
        e-2 passez votre chemin
        e-2 il faut que ça cesse
        e-2 j'ai prévenu tous mes amis
        e-1 dommage
        e-1 je m'attendais à un peu mieux
        e-1 en espérant que ça s'améliore
        e0 voilà
        e0 merci
        e0 à voir
        e0 cordialement
        e0 rien d'autre à ajouter
        e0 c'était ma <n>e commande
        e+1 continuez
        e+1 sur la bonne voie
        e+1 merci à vous tous
        e+2 continuez comme ça
        e+2 merci beaucoup
        e+2 je recommande vivement
        e+2 je reviendrai
        e+2 bravo à toute l'équipe
        e+2 mes amis s'y sont mis aussi
        e+3 cinq étoiles
        e+3 vous êtes au top
        e+3 ne changez rien
        e+3 mille mercis
        x je résilie
        x je pars chez <rival>
        x j'ai résilié mon abonnement
        x nous ne renouvellerons pas le contrat
        x c'était ma dernière commande
        x nous passons chez <rival> le mois prochain
        x merci de clôturer mon compte
        x je vous quitte après <n> ans
        x vous venez de perdre un client
        x j'arrête tout, au revoir
        x j'ai déjà signé chez <rival>
        x nous cherchons une autre solution
        x j'irai voir ailleurs
        x résiliation faite ce matin
        x mon contrat finit dans <n> semaines et je ne le prolonge pas
        x je retourne chez <rival>
        y je déménage à l'étranger, j'ai donc dû résilier
        y nous fermons la boutique, c'est donc un au revoir
        y je prends ma retraite et n'ai plus besoin de l'abonnement
        y mon nouvel employeur travaille avec <rival>, je dois donc partir
        y les enfants ont grandi, nous arrêtons la formule
        v un concurrent
        v un autre opérateur
        v le magasin d'à côté
        v quelqu'un de moins cher
        v mon ancienne banque
        v une société locale
        v l'autre grande enseigne
        c mais
        c cependant,
        c par contre,
        c en revanche,
        c seul bémol :
        c toutefois,
        c sauf que
        c après,
        t-2 nul
        t-2 mauvais
        t-2 non
        t-2 très mauvais service
        t-2 inutile
        t-2 pas content
        t-2 déçu
        t-2 à fuir
        t-2 voir mes <n> derniers tickets
        t-2 non merci
        t-2 trop lent
        t-2 ne marche jamais
        t-2 arnaque
        t-2 pas terrible
        t0 ok
        t0 RAS
        t0 bof
        t0 moyen
        t0 rien
        t0 rien à dire
        t0 sans avis
        t0 pas mal
        t0 correct
        t0 peut mieux faire
        t0 rien à signaler
        t0 mouais
        t0 néant
        t0 ça passe
        t+2 top
        t+2 super
        t+2 parfait
        t+2 génial
        t+2 excellent
        t+2 tout va bien
        t+2 très bien
        t+2 au top
        t+2 nickel
        t+2 bravo
        t+2 merci pour tout
        t+2 continuez ainsi
        t+2 10/10
        t+2 rien à redire
        t+2 aucun souci
        j super, encore une hausse de prix, on en rêvait tous
        j génial, seulement <n> heures d'attente cette fois
        j bravo, vous avez réussi à perdre deux fois ma commande
        j merci pour rien
        j formidable, encore en panne
        j félicitations pour le site le plus lent de la décennie
        j j'adore expliquer mon problème <n> fois
        j charmant, un questionnaire à la place d'une réponse
        j quelle joie de recevoir le colis d'un inconnu
        j chapeau pour m'avoir ignoré
        w-2 le nouveau concierge vocal m'a mal compris <n> fois
        w-2 vos consignes automatiques se bloquent sans cesse
        w-2 la surtaxe carbone est ridicule
        w-2 le concierge vocal invente des réponses
        w0 il y a des consignes automatiques maintenant, j'ai vu
        w0 on m'a basculé vers l'offre conciergerie
        w0 une ligne surtaxe carbone est apparue
        w0 la démo en hologramme valait le coup d'œil
        w+2 le nouveau concierge vocal est épatant
        w+2 les consignes automatiques ont changé ma vie
        w+2 je raffole de la démo en hologramme
        w+2 l'offre conciergerie vaut vraiment la peine
        m-2 😡
        m-2 😤
        m-2 👎
        m-2 🤬
        m-2 :(
        m0 🤷
        m0 😐
        m0 :/
        m0 🙂
        m+2 😍
        m+2 👍
        m+2 ❤️
        m+2 🎉
        m+2 :)
        """
}
