import Classification
import Simulation

/// Comments of one to six words, as most people leave them, put together from lists of our own.
///
/// Reviews and composed comments are sentences; a survey is full of "Nul", "Rien à signaler" and
/// "all good". Each list entry is told as it is and behind a word that strengthens it.
enum ShortComments {
    /// Entries of one language and feeling; who feels bad detracts, who feels nothing is passive.
    private struct List {
        var language: CommentLanguage
        var sentiment: UInt8
        /// Adjectives and the like, which take a strengthening word.
        var words: String
        /// Whole comments.
        var phrases: String
    }

    private static let strengtheners: [CommentLanguage: [String]] = [
        .english: ["", "very ", "really ", "so ", "quite ", "extremely ", "it was ", "it is "],
        .french: ["", "très ", "vraiment ", "trop ", "assez ", "tellement ", "c'était ", "c'est "],
    ]

    /// Words that turn a word of praise into blame.
    private static let negations: [CommentLanguage: [String]] = [
        .english: ["not ", "not very ", "not at all ", "isn't ", "wasn't ", "never "],
        .french: ["pas ", "pas très ", "pas du tout ", "n'est pas ", "n'était pas ", "jamais "],
    ]

    private static let lists: [List] = [
        List(
            language: .english, sentiment: 0,
            words: """
                bad, awful, terrible, horrible, disappointed, disappointing, angry, furious, rude, \
                slow, expensive, useless, broken, unreliable, unhelpful, dirty, late, frustrating, \
                frustrated, unacceptable, poor, annoying, confusing, overpriced, dishonest, \
                unprofessional, upset, ashamed, pathetic, dreadful, damaged, defective, faulty, \
                noisy, cold, disgusting, misleading, complicated, unhappy, dissatisfied
                """,
            phrases: """
                worst ever, never again, avoid, a scam, stay away, waste of money, waste of time, \
                not good, not happy, not satisfied, not worth it, not recommended, no refund, \
                no reply, no answer, nobody answers, nobody helps, still waiting, never arrived, \
                arrived broken, does not work, doesn't work, it broke, money back, rip off, \
                bad service, poor service, poor quality, bad quality, too expensive, too slow, \
                long wait, rude staff, lost my order, wrong item, too many bugs, crashes, hate it, \
                i would not recommend, very let down, ignored me, product broken and no refund
                """),
        List(
            language: .english, sentiment: 1,
            words: """
                average, okay, ok, fine, so so, decent, acceptable, fair, mixed, neutral, standard, \
                ordinary, adequate, reasonable, mediocre
                """,
            phrases: """
                nothing to say, nothing special, no comment, none, n/a, not bad, could be better, \
                good and bad, room for improvement, does the job, as expected, no opinion, it works, \
                some good some bad, neither good nor bad, hit and miss, good but expensive, \
                nice but slow, could improve, good product but slow delivery
                """),
        List(
            language: .english, sentiment: 2,
            words: """
                good, great, excellent, amazing, perfect, wonderful, fantastic, brilliant, lovely, \
                friendly, helpful, fast, quick, easy, reliable, happy, satisfied, pleased, \
                delighted, awesome, superb, outstanding, professional, kind, clean, efficient, \
                beautiful, comfortable, impressed, polite, simple, smooth, thrilled, grateful
                """,
            phrases: """
                love it, the best, thank you, thanks, highly recommend, would recommend, top, \
                keep it up, five stars, well done, all good, works great, works perfectly, \
                best service, great service, good service, great staff, friendly staff, \
                great quality, good quality, good value, great value, fast delivery, no problems, \
                no complaints, never a problem, always on time, never disappointed, very happy, \
                nothing to complain about, i recommend it, cannot fault it, a pleasure
                """),
        List(
            language: .french, sentiment: 0,
            words: """
                mauvais, mauvaise, nul, nulle, déçu, déçue, déçus, décevant, décevante, horrible, \
                lamentable, catastrophique, scandaleux, honteux, inadmissible, inacceptable, lent, \
                lente, cher, chère, long, désagréable, impoli, cassé, cassée, abîmé, abîmée, \
                défectueux, sale, compliqué, insupportable, en colère, fâché, mécontent, mécontente, \
                insatisfait, insatisfaite, frustrant, incompétent, médiocre, bruyant, froid, \
                pénible, énervant, agacé, malhonnête, trompeur, minable
                """,
            phrases: """
                plus jamais, à fuir, à éviter, une honte, une arnaque, du vol, de pire en pire, \
                pas bon, pas bien, pas content, pas contente, pas satisfait, pas satisfaite, \
                pas à la hauteur, ne marche pas, ne fonctionne pas, en panne, aucun remboursement, \
                aucune réponse, aucun suivi, aucune aide, aucun respect, personne ne répond, \
                personne n'aide, toujours en attente, jamais livré, jamais reçu, colis perdu, \
                trop cher, trop lent, trop long, trop d'attente, mauvais accueil, mauvais service, \
                mauvaise qualité, mauvaise expérience, produit cassé, produit abîmé, \
                je ne recommande pas, je déconseille, perte de temps, perte d'argent, \
                remboursez moi, service client inexistant, grosse déception, quelle déception, \
                je suis déçu, je suis très déçue, beaucoup déçu, erreur de commande
                """),
        List(
            language: .french, sentiment: 1,
            words: """
                moyen, moyenne, correct, correcte, acceptable, passable, normal, mitigé, mitigée, \
                ordinaire, honnête, convenable, neutre
                """,
            phrases: """
                rien à dire, rien à signaler, ras, r.a.s., sans avis, sans opinion, aucun avis, \
                aucun commentaire, rien de spécial, pas mal, peut mieux faire, à améliorer, \
                comme ci comme ça, bof, ça va, ça dépend, ni bien ni mal, du bon et du moins bon, \
                sans plus, bien mais cher, bien mais un peu lent, bon produit mais livraison lente, \
                conforme, ça fait le travail
                """),
        List(
            language: .french, sentiment: 2,
            words: """
                bien, bon, bonne, excellent, excellente, parfait, parfaite, super, génial, géniale, \
                agréable, aimable, gentil, gentille, accueillant, rapide, efficace, pratique, \
                simple, facile, fiable, satisfait, satisfaite, content, contente, ravi, ravie, \
                heureux, heureuse, enchanté, impeccable, irréprochable, formidable, magnifique, \
                sympathique, sympa, professionnel, compétent, serviable, propre, beau, belle, \
                extraordinaire, disponible, souriant, souriante, adorable
                """,
            phrases: """
                merci, merci beaucoup, bravo, continuez, continuez ainsi, rien à redire, au top, \
                le top, j'adore, je recommande, je recommande vivement, à recommander, \
                les meilleurs, le meilleur, jamais déçu, jamais déçue, pas déçu, aucun problème, \
                aucun souci, aucun regret, bon accueil, très bon accueil, bon service, bons conseils, \
                bonne qualité, belle qualité, bon rapport qualité prix, personnel agréable, \
                personnel compétent, équipe au top, livraison rapide, toujours à l'heure, \
                toujours satisfait, tout est parfait, tout va bien, une équipe formidable, \
                un vrai plaisir, que du bonheur, pas de problème, je suis ravie, je suis très content
                """),
    ]

    /// The comments of a language with their labels; each has a key of its own entry, so that the
    /// variants of one stay in one fold.
    static func examples(_ language: CommentLanguage) -> [TrainingExample] {
        var examples: [TrainingExample] = []
        var entry: UInt64 = 4 << 40 | (language == .french ? 1 << 20 : 0)
        for list in lists where list.language == language {
            let plain = list.phrases.split(separator: ", ").map { [String($0)] }
            let strengthened = list.words.split(separator: ", ").map { word in
                (strengtheners[language] ?? [""]).map { $0 + word }
            }
            for variants in plain + strengthened {
                entry += 1
                for text in variants {
                    for ending in ["", ".", list.sentiment == 1 ? "..." : "!"] {
                        examples.append(example(text + ending, list.sentiment, key: entry))
                    }
                }
            }
            guard list.sentiment == 2 else { continue }
            for word in list.words.split(separator: ", ") {
                entry += 1
                for negation in negations[language] ?? [] {
                    examples.append(example(negation + word, 0, key: entry))
                }
            }
        }
        return examples
    }

    private static func example(
        _ text: String, _ sentiment: UInt8, key: UInt64
    ) -> TrainingExample {
        let intents: Intents =
            switch sentiment {
            case 0: .complaint
            case 2: .praise
            default: []
            }
        return TrainingExample(
            text: Array(text.utf8), scoreClass: sentiment, sentiment: sentiment,
            intents: intents, key: key)
    }
}
