import Testing

@testable import Classification

/// Comments as customers write them, in languages that the embedded model has and has not learnt.
@Suite("The language of a text")
struct LanguageTests {
    private static let learnt: LearntLanguages = {
        guard let learnt = LearntLanguages(codes: ["en", "fr"]) else {
            preconditionFailure("English and French can be told")
        }
        return learnt
    }()

    private func other(_ texts: [String], than learnt: LearntLanguages) -> [String?] {
        learnt.others(in: texts.map { Array($0.utf8) }, threads: 2).map { $0?.code }
    }

    @Test(
        "a comment in a language that is not learnt is told, and which one it is",
        arguments: [
            ("de", "Das Personal war unfreundlich und die Lieferung kam viel zu spät"),
            ("de", "Sehr zufrieden, komme gerne wieder"),
            ("de", "leider hat mir niemand geholfen, obwohl ich dreimal angerufen habe"),
            ("es", "Muy buen servicio, volveré a comprar sin duda"),
            ("es", "el pedido llego roto y nadie contesta mis correos"),
            ("it", "Il servizio clienti non risponde mai al telefono"),
            ("it", "Ottimo rapporto qualità prezzo, consigliato a tutti"),
            ("pt", "Atendimento muito bom, mas a entrega demorou demais"),
            ("nl", "Heel vriendelijk geholpen, maar de levering duurde veel te lang"),
            ("sv", "Trevlig personal men det tog alldeles för lång tid att få hjälp"),
            ("fi", "Toimitus oli nopea ja asiakaspalvelu todella ystävällistä"),
            ("pl", "Bardzo miła obsługa, ale na przesyłkę czekałem trzy tygodnie"),
            ("hu", "Nagyon kedves kiszolgálás, mindenkinek csak ajánlani tudom"),
            ("ro", "Livrarea a durat foarte mult și nimeni nu răspunde la telefon"),
            ("tr", "Ürün çok geç geldi ve kimse telefonlara cevap vermiyor"),
            ("id", "Pelayanannya ramah sekali tetapi pengirimannya sangat lama"),
            ("vi", "Nhân viên rất thân thiện nhưng giao hàng quá chậm"),
            ("ru", "Приятное обслуживание, всё понравилось"),
            ("uk", "Дуже ввічливий персонал, але доставка була надто довгою"),
            ("ar", "الخدمة ممتازة والموظفون لطفاء جدا"),
            ("el", "Η εξυπηρέτηση ήταν πολύ καλή"), ("he", "השירות היה מצוין"),
            ("zh", "服务很好，下次还会来"), ("ja", "スタッフの対応がとても良かったです"),
            ("ko", "직원들이 친절하고 배송이 빨라요"), ("th", "พนักงานบริการดีมาก"),
            ("hi", "सेवा बहुत अच्छी थी"),
        ])
    func unlearnt(_ code: String, _ text: String) {
        #expect(other([text], than: Self.learnt) == [code], "\(text)")
    }

    /// Of neighbours the name may be the other's; that neither is learnt is what counts.
    @Test(arguments: [
        ("Rigtig god service, men leveringen tog alt for lang tid", ["da", "no"]),
        ("Veldig hyggelig betjening, men leveringen tok altfor lang tid", ["da", "no"]),
        ("Veľmi milý personál, ale na tovar som čakal tri týždne", ["cs", "sk"]),
        ("Vrlo ljubazno osoblje, ali dostava je trajala predugo", ["hr", "sl"]),
        ("Un servei molt bo, tornaré a comprar segur", ["ca", "es"]),
    ])
    func neighbours(_ text: String, _ codes: [String]) {
        let told = other([text], than: Self.learnt)[0]
        #expect(told.map(codes.contains) == true, "\(text): \(told ?? "none")")
    }

    @Test(
        "what is in a learnt language, or may be, is read",
        arguments: [
            "Very friendly staff and quick delivery", "Love, love, love!", "ok", "super", "RAS",
            "top notch", "gr8 service thx", "Beautiful fabric, perfect fit", "10/10", "👍👍", "",
            "...",
            "muito bom", "Tuot va bien", "Danke!", "@handle thanks bae",
            "see https://example.com/de/kontakt",
            "worst app ever!!! crashes on my Xiaomi Redmi Note",
            "We stayed in Düsseldorf, the hotel Königshof was lovely",
            "The tagliatelle al ragù di cinghiale was the best I have had in years",
            "Très bon accueil, mais les prix sont trop élevés", "J'adore", "rien à dire",
            "tres bien achalande, pas cher", "carte de fidélité gratuite", "pas assez de caisses",
            "La livraison a pris trois semaines et personne ne répond",
            "NE REPOND JAMAIS AU TELEPHONE",
        ])
    func read(_ text: String) {
        #expect(other([text], than: Self.learnt) == [nil], "\(text)")
    }

    @Test("a language is learnt from twenty texts on that are one in twenty")
    func learntFromTexts() throws {
        let english = ["The delivery was late again", "I like the shop and its people"]
        let german = ["Die Lieferung kam wieder zu spät", "Ich mag den Laden und die Leute dort"]
        func of(_ counts: (english: Int, german: Int)) -> [String]? {
            let texts =
                (0..<counts.english).map { english[$0 % 2] }
                + (0..<counts.german).map { german[$0 % 2] }
            return LearntLanguages(of: texts.map { Array($0.utf8) }, threads: 2)?.codes
        }
        #expect(of((20, 0)) == ["en"])
        #expect(of((19, 0)) == nil, "too few to say")
        #expect(of((400, 20)) == ["en"], "20 of 420 are less than one in twenty")
        #expect(of((380, 20)) == ["de", "en"])
        #expect(
            LearntLanguages(of: [[UInt8]](repeating: Array("ok".utf8), count: 99), threads: 2)
                == nil)
        // Whoever has learnt German reads it, and leaves English.
        let german2 = try #require(LearntLanguages(codes: ["de"]))
        #expect(other([english[0], german[0]], than: german2) == ["en", nil])
        #expect(LearntLanguages(codes: ["en", "xx"]) == nil, "what nobody can tell apart")
        #expect(LearntLanguages(codes: []) == nil)
    }

    @Test("a long text costs what its beginning does, and any bytes are an input")
    func anyBytes() {
        let learnt = Self.learnt
        let german = "Das Personal war unfreundlich und die Lieferung kam viel zu spät. "
        let long = String(repeating: german, count: 500) + String(repeating: "fine ", count: 999)
        #expect(other([long], than: learnt) == ["de"])
        var seed: UInt64 = 7
        let noise = (0..<2_000).map { length in
            (0..<length % 700).map { _ in
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(truncatingIfNeeded: seed >> 56)
            }
        }
        let once = learnt.others(in: noise, threads: 1)
        #expect(once == learnt.others(in: noise, threads: 3), "threads change nothing")
    }

    @Test("what a model has learnt stands in its card")
    func card() throws {
        let embedded = try NGramClassifier(artefact: NGramClassifier.embeddedArtefact)
        #expect(embedded.metadata.languages == ["en", "fr"])
        #expect(embedded.languages == Self.learnt)
        let examples = TrainingFixture.examples(300, seed: 1)
        let options = TrainingOptions(hashBits: 12)
        let alone = try NGramTrainer.train(examples, options: options)
        #expect(try NGramClassifier(artefact: alone.artefact).metadata.languages == ["en"])
        // Heads that were not trained are the base's, who reads French as well.
        let some = TrainingFixture.examples(300, seed: 1, heads: false)
        let based = try NGramTrainer.train(some, options: options, base: embedded)
        #expect(try NGramClassifier(artefact: based.artefact).metadata.languages == ["en", "fr"])
    }
}
