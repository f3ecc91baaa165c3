/// What a comment is about.
public enum CommentTopic: String, Sendable, Hashable, CaseIterable {
    /// Parcels, couriers, delivery times.
    case delivery
    /// Prices, fees and value for money.
    case price
    /// Customer support by phone, mail or chat.
    case support
    /// The make of the product.
    case quality
    /// The application and its screens.
    case app
    /// Invoices, debits and refunds of charges.
    case billing
    /// People in a store or a branch.
    case staff
    /// Placing and paying an order.
    case checkout
    /// Signing up and getting started.
    case onboarding
    /// Outages, errors and speed.
    case reliability
    /// Sending back and exchanging.
    case returns
    /// Queues and time on hold.
    case waiting
    /// Nothing in particular.
    case general
}
