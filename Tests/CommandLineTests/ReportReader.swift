import Foundation
import Testing

/// An HTML report, read by another program's parser.
enum ReportReader {
    /// Checks that every element is closed by its own end, and gives what a reader would see: the
    /// names of elements and attributes, the texts, and the numbers of each table row.
    private static let script = """
        import json, sys
        from html.parser import HTMLParser

        class Reader(HTMLParser):
            def __init__(self):
                super().__init__()
                self.open, self.faults, self.names, self.attributes = [], [], set(), set()
                self.texts, self.rows, self.captions = [], [], []
            def handle_starttag(self, name, attributes):
                self.names.add(name)
                self.attributes.update(key for key, _ in attributes)
                if name not in ("meta", "line", "circle", "rect"): self.open.append(name)
                if name == "table": self.rows.append([])
                if name == "tr": self.rows[-1].append({"text": [], "data": []})
                if name == "data": self.rows and "tr" in self.open and self.rows[-1][-1]["data"].append(float(dict(attributes)["value"]))
            def handle_endtag(self, name):
                if not self.open or self.open.pop() != name: self.faults.append(name)
            def handle_startendtag(self, name, attributes):
                self.names.add(name)
                self.attributes.update(key for key, _ in attributes)
            def handle_data(self, text):
                if "style" in self.open: return
                self.texts.append(text)
                if "tr" in self.open: self.rows[-1][-1]["text"].append(text)

        reader = Reader()
        source = open(sys.argv[1], encoding="utf-8").read()
        reader.feed(source)
        reader.close()
        print(json.dumps({
            "faults": reader.faults + reader.open, "names": sorted(reader.names),
            "attributes": sorted(reader.attributes), "texts": reader.texts,
            "tables": reader.rows, "begins": source[:15]}))
        """

    static func read(_ here: Workspace, _ name: String) throws -> JSON? {
        guard let python = Workspace.python else {
            print("no python3 here: the report is not parsed")
            return nil
        }
        let outcome = try Tool.run(["-c", Self.script, name], program: python, in: here.path)
        #expect(outcome.status == 0, "\(outcome)")
        let page = try outcome.json()
        #expect(page["faults"]?.items == [], "\(page["faults"]?.items ?? [])")
        #expect(page["begins"]?.text == "<!doctype html>")
        let names = Set(page["names"]?.items.compactMap(\.text) ?? [])
        #expect(
            names.isSubset(of: [
                "html", "head", "meta", "title", "style", "body", "main", "header", "section",
                "h1", "h2", "p", "dl", "dt", "dd", "div", "span", "strong", "small", "data",
                "figure", "figcaption", "svg", "desc", "g", "line", "circle", "rect", "text",
                "table",
                "caption", "thead", "tbody", "tr", "th", "td",
            ]), "\(names)")
        let attributes = Set(page["attributes"]?.items.compactMap(\.text) ?? [])
        #expect(attributes.isDisjoint(with: ["src", "href", "srcset", "onerror", "onload"]))
        return page
    }
}
