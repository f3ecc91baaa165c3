import Foundation

/// Keys in addresses: a description is recorded as it is, in clear and for ever.
public enum CredentialInClear {
    /// What fields of a query are called that hold a key, without what parts their words.
    private static let names: Set = [
        "key", "apikey", "subscriptionkey", "token", "accesstoken", "authtoken", "auth",
        "authorization", "secret", "clientsecret", "password", "passwd", "pwd", "sig", "signature",
        "code", "credential", "xamzsignature",
    ]

    /// What of an address holds a key, in words: a name or password before the host, or a field of the
    /// query; nil where nothing looks like one, and for a text that is no address.
    public static func found(in text: String) -> String? {
        guard let parts = URLComponents(string: text), parts.scheme != nil, parts.host != nil
        else { return nil }
        if parts.user != nil || parts.password != nil { return "a name or a password" }
        let field = parts.queryItems?.first { item in
            let name = item.name.lowercased().filter { $0.isLetter || $0.isNumber }
            return names.contains(name) && item.value?.isEmpty == false
        }
        return field.map { "the field “\($0.name)” of its query" }
    }
}
