/// The dimensions of a history's responses: 576 tuples.
enum HistorySegments {
    static let regions: [(name: String, countries: [String])] = [
        ("EMEA", ["AT", "BE", "CH", "DE", "DK", "ES", "FI", "FR", "GB", "IE", "IT", "NL"]),
        ("AMER", ["AR", "BO", "BR", "CA", "CL", "CO", "CR", "EC", "MX", "PE", "US", "UY"]),
        ("APAC", ["AU", "BD", "HK", "ID", "IN", "JP", "KR", "MY", "NZ", "PH", "SG", "TH"]),
        ("AFRI", ["BW", "CM", "DZ", "EG", "ET", "GH", "KE", "MA", "NG", "RW", "TN", "ZA"]),
    ]
    static let channels = ["email", "web", "in-app"]
    static let plans = ["free", "team", "business", "enterprise"]

    /// Every tuple; regions change slowest, plans fastest.
    static let tuples: [[String: String]] = regions.flatMap { region in
        region.countries.flatMap { country in
            channels.flatMap { channel in
                plans.map { plan in
                    ["region": region.name, "country": country, "channel": channel, "plan": plan]
                }
            }
        }
    }

    /// Index of a tuple's region.
    static func region(_ tuple: Int) -> Int { tuple / (tuples.count / regions.count) }
    /// Index of a tuple's plan.
    static func plan(_ tuple: Int) -> Int { tuple % plans.count }
}
