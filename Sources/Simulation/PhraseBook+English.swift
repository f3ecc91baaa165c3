/// English phrases that belong to no one topic.
extension PhraseBook {
    static let english = """
        [general]
        =-3 {is|are} an absolute disgrace
        =-3 {makes|make} me furious
        =-3 {is|are} beyond a joke
        =-3 {is|are} the worst I have ever seen
        =-3 {has|have} been a nightmare from start to finish
        =-3 {is|are} utterly hopeless
        =-3 {drives|drive} me up the wall
        =-3 {is|are} a total scandal
        =-2 {is|are} bad
        =-2 {is|are} not good at all
        =-2 {was|were} very disappointing
        =-2 {is|are} terrible
        =-2 {does|do} not work
        =-2 {leaves|leave} a lot to be desired
        =-2 {was|were} far below what I expected
        =-2 {is|are} poor
        =-2 {has|have} got much worse
        =-2 {isn't|aren't} what you promised
        =-2 {never works|never work} when I need {it|them}
        =-2 {is|are} awful compared with last year
        =-1 {could|could} be better
        =-1 {is|are} not great
        =-1 {is|are} a bit of a let-down
        =-1 {isn't|aren't} as good as before
        =-1 {needs|need} some work
        =-1 {is|are} not always up to standard
        =-1 {was|were} only so-so
        =-1 {feels|feel} a little dated
        =0 {is|are} average
        =0 {is|are} okay I guess
        =0 {is|are} neither good nor bad
        =0 {is|are} nothing special
        =0 {is|are} what you would expect
        =0 {does|do} the job
        =0 {is|are} fine, no more and no less
        =0 {has|have} not changed
        =+1 {is|are} not bad
        =+1 {is|are} pretty decent
        =+1 {is|are} better than before
        =+1 {is|are} good enough for me
        =+1 {works|work} well most of the time
        =+1 {was|were} not as bad as I feared
        =+1 {is|are} quite nice
        =+1 {has|have} improved
        =+2 {is|are} great
        =+2 {is|are} very good
        =+2 {is|are} excellent
        =+2 {works|work} really well
        =+2 {has|have} never let me down
        =+2 {was|were} better than I expected
        =+2 {is|are} first class
        =+2 {couldn't|couldn't} be easier
        =+2 {is|are} not bad at all, quite the opposite
        =+2 {saves|save} me a lot of time
        =+2 {is|are} spot on
        =+3 {is|are} absolutely fantastic
        =+3 {is|are} the best on the market
        =+3 {is|are} simply perfect
        =+3 {blew|blew} me away
        =+3 {makes|make} my day every time
        =+3 {is|are} out of this world
        =+3 {is|are} worth every penny and more
        -3 I am furious
        -3 you are thieves
        -3 zero would still be too generous
        -3 avoid at all costs
        -3 I have never been so angry with a company
        -3 what an absolute shambles
        -2 I am very unhappy
        -2 I regret choosing you
        -2 I would not recommend this to anyone
        -2 nothing works as it should
        -2 you do not listen to your customers
        -2 I expected much better
        -2 it used to be good, not any more
        -2 I can't say anything good about it
        -2 a waste of time and money
        -1 I am a little disappointed
        -1 I hoped for more
        -1 not quite what I was looking for
        -1 there are too many small annoyances
        -1 it is not terrible but it is not good either
        -1 I am starting to have doubts
        0 it is all right
        0 nothing much to say
        0 no strong feelings either way
        0 I only use it now and then
        0 too early to tell
        0 some things are good, others less so
        0 it is like all the others
        0 I have no opinion yet
        0 we use it because the head office chose it
        +1 overall I am rather satisfied
        +1 no complaints so far
        +1 it mostly does what I need
        +1 I can't really complain
        +1 a decent choice
        +1 I am happy enough with it
        +2 I am very happy
        +2 I would recommend it without hesitation
        +2 it makes my work so much easier
        +2 there is nothing I don't like
        +2 I have been coming back for <n> years
        +2 you keep your promises
        +2 I have nothing bad to say
        +2 never had a problem in <n> years
        +3 I love it
        +3 I tell everybody about you
        +3 you are the best
        +3 ten out of ten, no doubt about it
        +3 I could not live without it any more
        +3 best decision we made this year
        +3 I wish every company were like you
        r please listen to your users
        r please add more languages
        r keep me posted about what comes next
        r could somebody call me back
        r please make it simpler
        r I suggest you ask people before changing things
        r it would be great to have a loyalty card
        r we would like an integration with our other tools
        q who do I contact about this?
        q do you plan to open in the north?
        q why do you ask me every month?
        q is this survey anonymous?
        q will you actually read this?
        q what changed since the spring?
        o honestly,
        o to be fair,
        o well,
        o frankly,
        o in my opinion,
        o as a customer for <n> years,
        o after <n> months of use,
        o all in all,
        o so far,
        o to cut a long story short,
        o hi,
        o hello,
        o for me,
        o like I said last time,
        o let me be clear:
        o sorry to say but
        o I have to say
        o on the whole
        e-3 never again
        e-3 shame on you
        e-3 you will hear from my lawyer
        e-3 stay away
        e-2 very disappointed
        e-2 not recommended
        e-2 I want my money back
        e-2 do not waste your time
        e-2 this has to stop
        e-2 I told all my friends to be careful
        e-1 a pity
        e-1 I expected a bit more
        e-1 hopefully it gets better
        e0 that's all
        e0 thanks
        e0 we will see
        e0 regards
        e0 nothing else to add
        e0 that was my <n>th order
        e+1 carry on
        e+1 on the right track
        e+1 thanks to all of you
        e+2 keep up the good work
        e+2 thank you so much
        e+2 highly recommended
        e+2 I will be back
        e+2 well done
        e+2 my friends use it too now
        e+3 five stars
        e+3 you rock
        e+3 don't change a thing
        e+3 a thousand thanks
        x I am switching to <rival>
        x I have cancelled my subscription
        x we will not renew our contract
        x this was my last order
        x we are moving to <rival> next month
        x please close my account
        x I am leaving after <n> years
        x you have just lost a customer
        x I'm done with you, goodbye
        x I already signed with <rival>
        x we are looking for an alternative
        x I will take my business elsewhere
        x cancelled this morning
        x my contract ends in <n> weeks and I won't extend it
        x I am going back to <rival>
        y I am moving abroad, so I had to cancel
        y we are closing the shop, so this is goodbye
        y I am retiring and no longer need a subscription
        y my new employer uses <rival>, so I have to leave
        y the children have grown up, so we are stopping our plan
        v a competitor
        v another provider
        v the shop next door
        v somebody cheaper
        v an open source tool
        v my old bank
        v a local company
        v the other big one
        c but
        c however,
        c although
        c on the other hand
        c still,
        c that said,
        c yet
        c it's just that
        t-2 bad
        t-2 terrible
        t-2 no
        t-2 awful service
        t-2 useless
        t-2 not happy
        t-2 disappointed
        t-2 worst ever
        t-2 see my last <n> tickets
        t-2 no thanks
        t-2 too slow
        t-2 never works
        t-2 rip-off
        t0 ok
        t0 okay
        t0 fine
        t0 average
        t0 n/a
        t0 nothing
        t0 no comment
        t0 so so
        t0 meh
        t0 not bad
        t0 could be better
        t0 nothing to add
        t0 alright
        t0 it's ok
        t+2 great
        t+2 top
        t+2 perfect
        t+2 love it
        t+2 excellent
        t+2 all good
        t+2 very good
        t+2 awesome
        t+2 super
        t+2 nice job
        t+2 thank you
        t+2 keep going
        t+2 10/10
        t+2 amazing
        t+2 no problems at all
        j great, another price rise, just what we all wanted
        j brilliant, only <n> hours on hold this time
        j bravo, you managed to lose my order twice
        j thanks for nothing
        j oh wonderful, it is down again
        j congratulations on the slowest website of the decade
        j I just love explaining my problem <n> times
        j lovely, a survey instead of an answer
        j what a joy to receive somebody else's parcel
        j top marks for ignoring me
        w-2 the new voice concierge misheard me <n> times
        w-2 your parcel lockers on the corner jam constantly
        w-2 the carbon surcharge is ridiculous
        w-2 the concierge bot invents answers
        w0 the locker network exists now, I noticed
        w0 I was moved to the concierge tier
        w0 there is a carbon surcharge line these days
        w0 the hologram demo was something to see
        w+2 the new voice concierge is brilliant
        w+2 parcel lockers changed my life
        w+2 I adore the hologram demo
        w+2 the concierge tier is worth it
        m-2 😡
        m-2 😠
        m-2 👎
        m-2 🤬
        m-2 :(
        m0 🤷
        m0 😐
        m0 :/
        m0 🙂
        m+2 😍
        m+2 👍
        m+2 ❤️
        m+2 🎉
        m+2 :)
        """
}
