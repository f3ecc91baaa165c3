extension TopicTaxonomy {
    /// Topics that feedback of most businesses is about: a beginning, to be cut down and renamed.
    ///
    /// The phrases are English.
    public static let standard = TopicTaxonomy(unchecked: standardTopics, isExclusive: false)

    private static let standardTopics: [Topic] = [
        Topic(
            name: "price", description: "What it costs, and whether it is worth that.",
            phrases: [
                "it is far too expensive", "great value for money", "the price went up again",
                "cheaper elsewhere", "not worth what I paid", "fair prices and good discounts",
            ]),
        Topic(
            name: "product-quality",
            description: "How good the thing itself is, and how long it lasts.",
            phrases: [
                "it broke after a week", "poor quality material", "very well made",
                "the product is faulty", "it does exactly what it should",
                "excellent quality and it lasts",
            ]),
        Topic(
            name: "features", description: "What it can do, and what is missing.",
            phrases: [
                "please add an option for this", "an important function is missing",
                "I wish it could do more", "it has everything I need",
                "the new version took a function away",
            ]),
        Topic(
            name: "ease-of-use", description: "Whether people find their way.",
            phrases: [
                "it is so easy to use", "confusing and complicated", "I could not find the button",
                "simple to set up", "the instructions make no sense", "very intuitive",
            ]),
        Topic(
            name: "app-and-website", description: "Whether app, site and login work.",
            phrases: [
                "the app keeps crashing", "the website is slow", "I cannot log in to my account",
                "an error appears when I try to book online", "the app works very well",
                "the page does not load",
            ]),
        Topic(
            name: "staff", description: "How the people one meets behave.",
            phrases: [
                "the staff were friendly and helpful", "a rude employee", "nobody cared about us",
                "they went out of their way for me", "unprofessional behaviour",
                "the team was lovely",
            ]),
        Topic(
            name: "customer-service",
            description: "Help when something goes wrong: reached, answered, solved.",
            phrases: [
                "customer service never answered", "support solved my problem at once",
                "I called five times and got no help", "nobody replies to my emails",
                "the hotline hung up on me", "my complaint was ignored",
            ]),
        Topic(
            name: "waiting-time", description: "Queues, holding the line, slow answers.",
            phrases: [
                "we waited for more than an hour", "the queue was endless",
                "on hold for ever", "I was served right away", "everything takes too long",
                "a quick and prompt service",
            ]),
        Topic(
            name: "delivery", description: "Whether it comes, when, and in what state.",
            phrases: [
                "my parcel never arrived", "it was delivered a day early", "the delivery was late",
                "the box came damaged", "fast shipping", "they sent the wrong item",
            ]),
        Topic(
            name: "availability", description: "Whether it can be had at all.",
            phrases: [
                "out of stock again", "no appointment for weeks", "they cancelled my order",
                "my size is never available", "a wide choice in the shop", "fully booked",
            ]),
        Topic(
            name: "billing", description: "Invoices, payments, wrong charges.",
            phrases: [
                "I was charged twice", "the invoice is wrong", "hidden fees on my bill",
                "my card was declined", "payment was simple", "they took money without asking",
            ]),
        Topic(
            name: "refunds-and-returns", description: "Sending back, money back, guarantees.",
            phrases: [
                "I am still waiting for my refund", "returning it was easy",
                "they refused to give my money back", "the warranty did not cover it",
                "I want to send it back", "exchanged without any trouble",
            ]),
        Topic(
            name: "information",
            description: "Whether people are told what they need to know, and whether it is true.",
            phrases: [
                "nobody told us what was going on", "kept me informed at every step",
                "the description was misleading", "I was given wrong information",
                "clear explanations", "not what was advertised",
            ]),
        Topic(
            name: "place-and-comfort",
            description: "Cleanliness, noise, room, seats, where it is.",
            phrases: [
                "the room was dirty", "a clean and comfortable place", "it was far too noisy",
                "the seats are cramped", "hard to find a parking space", "a lovely atmosphere",
            ]),
    ]
}
