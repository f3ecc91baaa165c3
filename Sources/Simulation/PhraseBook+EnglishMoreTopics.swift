/// English phrases on staff, checkout, onboarding, reliability, returns and waiting.
extension PhraseBook {
    static let englishMoreTopics = """
        [staff]
        s the store staff
        s the welcome in the shop
        s the woman at the counter
        p the sales assistants
        p the people in the branch
        -3 the manager shouted at me in front of everyone
        -3 I have never been treated with such contempt in a shop
        -2 the assistants ignored me and kept chatting
        -2 nobody in the shop knew anything about the product
        -2 the cashier was rude to my mother
        -2 there was not a single assistant on the floor
        -1 the staff seemed rather tired
        -1 one more person at the desk would help
        -1 the advice was a bit vague
        +1 the assistant was polite enough
        +2 the young man at the counter was so kind
        +2 they know their products and never push
        +2 I was greeted with a smile
        +3 the whole team treated us like family, wonderful people
        r please put more people on the floor on Saturdays
        r train the new assistants a little more
        r you should have somebody who speaks sign language
        q who is the manager of the branch in the centre?
        q are you hiring?
        [checkout]
        s the checkout
        s the ordering page
        s the basket
        p the tills
        p the payment pages
        -3 my card was charged <n> times because your page froze, outrageous
        -3 an hour to place one order, I wanted to throw the laptop out
        -2 the payment failed <n> times in a row
        -2 my basket emptied itself at the last step
        -2 the site refuses my postcode
        -2 I had to create an account just to buy a pen
        -1 there is one step too many before paying
        -1 the voucher box is hard to find
        -1 the page is a bit slow to load
        +1 ordering went through at the first try
        +2 ordering took less than <n> minutes
        +2 buying is quick and painless
        +2 one click and it was done
        +3 the smoothest order I have ever placed anywhere
        r please accept more payment cards
        r let us check out as a guest
        r it would help to save several addresses
        q can I add something to an order I have already paid?
        q why is my card refused?
        [onboarding]
        s the onboarding
        s the sign-up
        s getting started
        p the tutorials
        p the first steps
        -3 <n> weeks of setup and we still cannot log in, a complete farce
        -3 your setup wizard destroyed our existing configuration
        -2 we were left alone after signing the contract
        -2 the documentation is out of date
        -2 it took us <n> weeks to set everything up
        -2 verifying my identity failed again and again
        -1 there is a lot to read before you can begin
        -1 the welcome emails come too close together
        -1 some of the examples were unclear
        +1 setting it up was easier than I feared
        +2 we were up and running in <n> hours
        +2 the guided tour explained everything
        +2 our trainer was patient and clear
        +3 our whole team was productive on day one, simply magical
        r please add video guides for beginners
        r a checklist for new admins would be useful
        r could you translate the manual
        q is there any training for new users?
        q how do I invite my colleagues?
        [reliability]
        s the service
        s the connection
        s the platform
        p the servers
        p the nightly syncs
        -3 <n> outages in a week and my business stands still, unforgivable
        -3 you lost our data and then denied it
        -2 it goes down every Monday morning
        -2 pages time out all day long
        -2 reports come back with the wrong numbers
        -2 half of my calls drop
        -1 there are small hiccups now and then
        -1 it slows down at the end of the month
        -1 the nightly report is sometimes late
        +1 fewer breakdowns than last year
        +2 not one outage in <n> years
        +2 it just works, day after day
        +2 I can rely on it completely
        +3 rock solid, I would bet my company on it
        r please publish a status page
        r warn us before you do maintenance
        r we would need a second data centre in Europe
        q are there problems with the network today?
        q what uptime do you guarantee?
        [returns]
        s the returns process
        s the exchange policy
        s sending things back
        p refunds
        p your return labels
        -3 you refuse to take back a broken item, you are crooks
        -3 I sent it back <n> months ago and you kept both the goods and the money
        -2 I had to pay to send back a faulty item
        -2 the return label never arrived
        -2 my exchange was the wrong size again
        -2 they claim my return was never received
        -1 fourteen days to return is rather short
        -1 you need a printer to send anything back
        -1 the exchange took a little longer than I hoped
        +1 the exchange was handled correctly
        +2 I swapped the size without any fuss
        +2 returning it was free and easy
        +2 the money was back on my card within <n> days
        +3 they let me keep the faulty one and sent a new one the same day, wow
        r please add a drop-off point near the station
        r extend the return period to thirty days
        r I would like returns without a printed label
        q can I return a gift without the receipt?
        q how many days do I have to send it back?
        [waiting]
        s the waiting time
        s the queue
        s the wait on the phone
        p response times
        p the lines on Saturdays
        -3 <big> minutes on hold and then you hung up on me, shame on you
        -3 we stood in the cold for <n> hours like cattle
        -2 I waited <big> minutes for someone to pick up
        -2 there is always a huge queue and one open desk
        -2 an appointment takes <n> weeks to get
        -2 I gave up waiting
        -1 I had to wait slightly longer than usual
        -1 the hold music gets on my nerves
        -1 the ticket machine was out of order
        +1 I did not wait very long
        +2 I was served straight away
        +2 no queue at all, even on a Saturday
        +2 in and out in <n> minutes
        +3 not a second of waiting in <n> years, incredible
        r please let us book a time slot online
        r open a second desk at noon
        r show the waiting time before the call
        q how long is the wait usually?
        q at what time is it quiet?
        """
}
