import Foundation
import Testing

/// Models and thresholds: what they change, and that it can all be taken back.
@Suite("Models and thresholds by command")
struct ModelStoryTests {
    /// A result without the position it was asked at.
    private func numbers(_ answer: JSON) -> [JSON?] { [answer["rows"], answer["total"]] }

    @Test("train, shadow, compare, activate, roll back: the numbers return digit for digit")
    func models() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 700, seed: 9)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        let question = ["nps", "--by", "region,plan", "--basis", "inferred"]
        let before = try here.json(question)

        let trained = try here.json("model", "train", "--seed", "7")
        #expect(
            trained.shape.hasPrefix(
                "{digest:string,isNew:bool,metrics:{accuracy:number,"))
        #expect(trained["version"]?.int == 2)
        // The same events and seed are the same artefact, which is the same version.
        let again = try here.json("model", "train", "--seed", "7")
        #expect(again["digest"] == trained["digest"])
        #expect(again["version"]?.int == 2)
        try lists(here)

        let texts = try here.json("nps", "--basis", "inferred")["total"]?["responses"]?.int
        #expect(try here.json("model", "shadow", "2")["classified"]?.int == texts)
        #expect(try here.json("classify", "--model", "2")["classified"]?.int == 0)
        #expect(numbers(try here.json(question)) == numbers(before), "a shadow changed a number")
        let candidate = try here.json(question + ["--model", "2"])
        try comparesModels(here, before, candidate)

        let act = try here.json("model", "activate", "2", "--reason", "agrees better")
        #expect(
            act.shape
                == "{leafHash:string,model:number,npsAfter:number,npsBefore:number,position:number}"
        )
        let between = try here.json(question)
        #expect(numbers(between) == numbers(candidate), "promoted is not what was shadowed")
        #expect(numbers(between) != numbers(before))
        let position = try #require(between["asOf"]?["position"]?.int)
        // What comes in now is read by model 2 alone.
        try here.write("late.csv", "id,nps,words\nl1,3,awful service and rude\nl2,,lovely\n")
        _ = try here.json(
            "import", "late.csv", "--source", "late", "--map", "response_id=id", "--map",
            "score=nps", "--map", "text=words", "--at", "2025-12-30")
        let later = try here.json(question + ["--as-of", "\(position)"])
        #expect(numbers(later) == numbers(between))

        let back = try here.json("model", "rollback", "--reason", "EMEA moved without cause")
        #expect(back["model"]?.int == 1)
        let window = question + ["--to", "2025-12-29", "--basis", "inferred"]
        #expect(
            numbers(try here.json(window))
                == numbers(try here.json(window + ["--as-of", "\(position)", "--model", "1"])))
        // Whatever came in between was read by model 1 before it counted again.
        #expect(try here.json(question)["total"]?["uncounted"]?.int == 0)
        let reported = try here.json(question + ["--as-of", "\(position)"])
        #expect(numbers(reported) == numbers(between), "what was reported is gone")
        try history(here)
    }

    private func lists(_ here: Workspace) throws {
        let list = try here.json("model", "list")
        let rest =
            "digest:string,kind:string,registeredAt:string,shadowShare:null,shadowingSince:null,"
            + "state:string,"
            + "version:number"
        let active = "{position:number,recordedAt:string,rollsBack:null,until:null}"
        #expect(
            list.shape
                == "{models:[{activeFrom:[],\(rest)}|{activeFrom:[\(active)],\(rest)}]}")
        #expect(list["models"]?.items.compactMap { $0["state"]?.text } == ["active", "registered"])
    }

    private func comparesModels(_ here: Workspace, _ first: JSON, _ second: JSON) throws {
        let comparison = try here.json(
            "compare", "--models", "1,2", "--by", "region,plan", "--basis", "inferred")
        let total = try #require(comparison["rows"]?.items.last)
        let flips = try #require(total["flips"])
        #expect(
            flips.shape
                == "{agreement:number,flipped:number,kappa:number,matrix:[[number]],total:number}")
        let cells = flips["matrix"]?.items.map { $0.items.compactMap(\.int) } ?? []
        #expect(cells.flatMap { $0 }.reduce(0, +) == flips["total"]?.int)
        #expect(total["first"]?["nps"] == first["total"]?["nps"])
        #expect(total["second"]?["nps"] == second["total"]?["nps"])
        #expect(total["second"]?["promoters"]?.int == cells.reduce(0) { $0 + $1[2] })
    }

    private func history(_ here: Workspace) throws {
        let refused = try here.run("model", "rollback", "--reason", "further")
        #expect(refused.status == 1)
        let list = try here.json("model", "list")["models"]?.items ?? []
        #expect(list.compactMap { $0["state"]?.text } == ["active", "retired"])
        let acts = try here.json("audit")["acts"]?.items ?? []
        let rollback = try #require(acts.last { $0["event"]?.text == "model.activated" })
        #expect(rollback["reason"]?.text == "EMEA moved without cause")
        #expect(rollback["before"]?["model"]?.int == 2)
        #expect(rollback["after"]?["model"]?.int == 1)
        #expect(
            rollback["rollsBack"] == list[1]["activeFrom"]?.items.first?["position"])
        try here.verify()
    }

    @Test("thresholds change the numbers from their edit on, and pinned ones restate them")
    func thresholds() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 300, seed: 4)
        _ = try here.json(["import", "answers.csv", "--no-classify"] + Workspace.mapping)
        let before = try here.json("nps", "--by", "region")
        #expect(before["total"]?["inferred"]?.int == 0)
        #expect((before["total"]?["uncounted"]?.int ?? 0) > 0)
        let edit = try here.json(
            "thresholds", "edit", "--passive-from", "6", "--promoter-from", "8.5",
            "--min-confidence", "55.5", "--reason", "another scale of mind")
        #expect(
            edit.shape
                == "{thresholds:[{actor:string,id:number,minConfidence:number,passiveFrom:number,"
                + "position:number,promoterFrom:number,recordedAt:string}]}")
        #expect(try here.json("thresholds", "show") == edit)
        let set = edit["thresholds"]?.items.first
        #expect(set?["minConfidence"]?.number == 55.5)
        #expect(set?["promoterFrom"]?.number == 8.5)
        let after = try here.json("nps", "--by", "region")
        #expect(after["lens"]?["thresholds"]?.int == 2)
        #expect(numbers(after) != numbers(before))
        let pinned = try here.json("nps", "--by", "region", "--thresholds", "1")
        #expect(numbers(pinned) == numbers(before))
        let position = try #require(set?["position"]?.int)
        let then = try here.json("nps", "--by", "region", "--as-of", "\(position)")
        #expect(numbers(then) == numbers(before))
        #expect(try here.json("thresholds", "history")["thresholds"]?.items.count == 2)
        // The classifier catches up on what the import left unread.
        let texts = before["total"]?["uncounted"]?.int
        #expect((try here.json("classify")["classified"]?.int ?? 0) >= texts ?? .max)
    }

    @Test("projections are rebuilt to what they were, and a forged root is found")
    func projections() throws {
        let here = try Workspace()
        _ = try here.prepare(responses: 300, seed: 6)
        _ = try here.json(["import", "answers.csv"] + Workspace.mapping)
        let list = try here.json("projection", "list")
        let digests = list["projections"]?.items.compactMap { $0["digest"]?.text }
        #expect(digests?.count == 3)
        let rebuilt = try here.json("projection", "rebuild")["projections"]?.items ?? []
        #expect(rebuilt.compactMap { $0["digest"]?.text } == digests)
        #expect(rebuilt.allSatisfy { $0["result"]?.text == "equal" })
        let verified = try here.json("projection", "verify")["projections"]?.items ?? []
        #expect(verified.map { $0["digest"] } == rebuilt.map { $0["digest"] })
        #expect(verified.allSatisfy { $0["result"]?.text == "equal" })
        // Thrown away, they come back.
        let score = try here.json("nps")
        try FileManager.default.removeItem(atPath: here.path + "/ledger/projections")
        #expect(try here.json("nps") == score)

        let verify = try here.json("verify")
        #expect(
            verify.shape
                == "{continues:null,digestsCompared:number,erasedParts:number,findings:[],keys:number,"
                + "limits:string,openedParts:number,problems:[],projections:[{commitments:"
                + "{different:number,matching:number,notComparable:number},digest:string,"
                + "findings:[],id:string,partsAt:null,position:number,replayed:string,"
                + "result:string,version:number}],root:string,sealedParts:number,size:number,"
                + "sound:bool,unchecked:[],vaultKeys:number,vaultOpened:bool}")
        let root = try #require(verify["root"]?.text)
        let size = try #require(verify["size"]?.int)
        let continued = try here.run("verify", "--continues", "\(size):\(root)", "--log-only")
        #expect(continued.status == 0)
        let forged = "0" + root.dropFirst()
        let other = root.hasPrefix("0") ? "1" + root.dropFirst() : forged
        for claim in ["\(size):\(other)", "\(size + 1):\(root)"] {
            let outcome = try here.run("verify", "--continues", claim, "--log-only")
            #expect(outcome.status == 1, "\(outcome)")
        }
        #expect(try here.run("verify", "--continues", "nonsense").status == 64)
    }
}
