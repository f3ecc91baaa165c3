/// English phrases on delivery, price, support, quality, the app and billing.
///
/// One phrase a line, after its key; `PhraseTable` says what the keys mean.
extension PhraseBook {
    static let englishTopics = """
        [delivery]
        s the delivery
        s shipping
        s your courier service
        p delivery times
        p your shipping options
        -3 my parcel was thrown over the fence and arrived in pieces
        -3 order <order> has been lost for <big> days and nobody cares
        -2 my order arrived <n> days late
        -2 the driver left the box in the rain
        -2 half of the items were missing from the parcel
        -2 tracking said delivered but nothing came
        -1 the tracking page could be updated more often
        -1 it took a day longer than promised
        -1 the box was bigger than it needed to be
        +1 the parcel came more or less on time
        +2 my order arrived the very next day
        +2 the box was well packed and on time
        +2 I always know exactly when the van is coming
        +3 ordered at midnight and it was here before lunch, unbelievable
        r please add evening delivery slots
        r could you let us pick a smaller time window for the courier
        r I would like to be able to change the address after ordering
        q do you deliver on Saturdays?
        q where is my order <order>?
        [price]
        s the price
        s the monthly cost
        s value for money
        p your prices
        p the fees
        -3 charging this much for so little is daylight robbery
        -3 you doubled the price overnight without a word
        -2 it has become too expensive for a small team
        -2 I found the same thing <big> percent cheaper elsewhere
        -2 we pay more every year and get nothing new
        -2 the discount code never works
        -2 too expensive
        -1 it is a little dear for what it does
        -1 I wish there were a cheaper tier
        -1 the price keeps creeping up
        +1 the cost is about what I expected
        +2 I get good value for what I pay
        +2 it costs less than what we had before
        +2 the student discount really helped
        +3 I cannot believe how much we get for this money
        r please bring back the annual discount
        r a cheaper plan for freelancers would be welcome
        r you should offer a family rate
        q is there a discount for charities?
        q why did my rate go up this month?
        [support]
        s customer support
        s the help desk
        s your support team
        p the support agents
        p answers from the helpline
        -3 I was insulted on the phone and then cut off
        -3 <n> tickets opened, zero answers, absolutely disgraceful
        -2 nobody ever answered my emails
        -2 I had to explain my problem <n> times to <n> different people
        -2 the chatbot goes round in circles
        -2 your agent closed my ticket without solving anything
        -1 the reply was polite but did not really help
        -1 it took a while to reach a human
        -1 the answers feel copied and pasted
        +1 somebody got back to me in the end
        +2 the agent solved my issue in <n> minutes
        +2 a real person answered straight away
        +2 they called me back just as they promised
        +3 the person on the phone went far beyond what I expected, what a star
        r please open the phone line at weekends
        r I would like a call back option instead of waiting
        r could you add live chat for our time zone
        q how can I speak to a human?
        q when will somebody answer ticket <order>?
        [quality]
        s the product
        s the build quality
        s the finish
        p the materials
        p the items I bought
        -3 it caught fire on day <n>, you are putting people in danger
        -3 pure rubbish, it fell apart in my hands
        -2 it broke after <n> weeks
        -2 the zip came off the first time I used it
        -2 the colour looks nothing like the photo
        -2 it is made of cheap plastic and it shows
        -1 the seams are a bit rough
        -1 it feels flimsier than the old version
        -1 the size runs slightly small
        +1 it does what it says on the tin
        +2 it is solid and well made
        +2 after <n> years it still looks like new
        +2 the fabric feels lovely
        +3 the best made thing I have ever owned
        r please make it in larger sizes
        r it would be nice to have a black version
        r you should put a stronger clasp on it
        q is the cover machine washable?
        q how long is the guarantee?
        [app]
        s the app
        s the mobile version
        s the interface
        p the notifications
        p the latest updates
        -3 the app wiped all my data and I am livid
        -3 the new version is the worst piece of software on my phone
        -2 it crashes every time I open it
        -2 since the last update I cannot log in any more
        -2 I get logged out <n> times a day
        -2 the search never finds anything
        -1 the menus are somewhat confusing
        -1 it drains the battery a bit
        -1 the font is too small for my eyes
        +1 the new layout is fairly clear
        +2 I found everything in two taps
        +2 the screens are clean and quick
        +2 it syncs perfectly between my devices
        +3 I open it every morning with a smile, it is that good
        r please add a dark mode
        r we need an export to spreadsheet
        r could you bring the widget back
        q does it work offline?
        q how do I change my password?
        [billing]
        s billing
        s the invoicing
        s the payment process
        p the invoices
        p your payment terms
        -3 you took <big> pounds from my account without permission, that is theft
        -3 you are still debiting my card <n> months after I closed the account
        -2 I was charged twice for the same month
        -2 my refund has not arrived after <n> weeks
        -2 there are hidden fees on every bill
        -2 the VAT on my invoice is wrong again
        -1 the statement is hard to read
        -1 I would have liked a warning before the renewal
        -1 invoices turn up a few days late
        +1 the bill was correct this time
        +2 invoices are clear and always correct
        +2 my refund came through in <n> days
        +2 paying is simple and there are no surprises
        +3 you spotted an overcharge before I did and paid it back, amazing honesty
        r please send invoices as attachments
        r it should be possible to pay by direct debit
        r I would like to pay once a year
        q can I get a copy of invoice <order>?
        q why was I billed on the third?
        """
}
