import NPSLedger
import Testing

@Suite("Addresses in clear")
struct AddressesInClearTests {
    @Test(arguments: [
        "ann@shop.example", "Ann Lee <ann.lee@mail.example.org>", "mailto:a@b.co",
        "a+tag@b.example",
        "o'hara@b.example", "ann%40shop.example", "ann＠shop.example", "é@é.example", "A@B.C",
        "x@y@z.example", "\"quoted\"@shop.example", "ann@shop.example.", "id:7;ann@shop.example",
        "user@127.0.0.1",
    ])
    func held(text: String) { #expect(AddressesInClear.isHeld(in: text)) }

    @Test(arguments: [
        "", "@", "@anna", "anna@", "anna@shop", "a @ b.example", "@shop.example", "5 @ 3.50",
        "anna@.example", "anna at shop.example", "shop.example", "100%4 0", "r-2041", "a@b. c",
        "%40shop.example",
    ])
    func none(text: String) { #expect(!AddressesInClear.isHeld(in: text)) }
}
