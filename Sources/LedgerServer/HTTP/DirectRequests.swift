import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Answers short requests where the connection is read, without a task for each: responses that are
/// sent one by one, and questions. All others are passed on to Hummingbird, in the order in which they
/// came.
///
/// Nothing here waits: what does, waits on a thread of its own and comes back.
final class DirectRequests: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// Parts of further requests that are kept before the client has to wait.
    private static let queuedMax = 64

    private enum State {
        case idle
        case collecting(HTTPRequest, [UInt8])
        case answering
        /// A request that was passed on; whether it and its answer have ended.
        case passed(hasRequest: Bool, hasAnswer: Bool)
    }

    private let responder: any DirectResponder
    private var state = State.idle
    private var queue = CircularBuffer<HTTPRequestPart>()
    private var isReadHeld = false
    private var isGoingOn = false
    private var isClosing = false
    private var context: ChannelHandlerContext?

    init(_ responder: any DirectResponder) { self.responder = responder }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        queue.removeAll()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        switch state {
        case .answering, .passed(hasRequest: true, hasAnswer: false): queue.append(part)
        default: take(part, context)
        }
    }

    func read(context: ChannelHandlerContext) {
        if queue.count < Self.queuedMax {
            context.read()
        } else {
            isReadHeld = true
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let part = unwrapOutboundIn(data)
        context.write(data, promise: promise)
        guard case .end = part, case .passed(let hasRequest, _) = state else { return }
        if hasRequest {
            goOn(context)
        } else {
            state = .passed(hasRequest: false, hasAnswer: true)
        }
    }

    private func take(_ part: HTTPRequestPart, _ context: ChannelHandlerContext) {
        switch (state, part) {
        case (.idle, .head(let head)) where responder.takes(head):
            state = .collecting(head, [])
        case (.idle, .head):
            state = .passed(hasRequest: false, hasAnswer: false)
            context.fireChannelRead(wrapInboundOut(part))
        case (.collecting(let head, var bytes), .body(let more)):
            // Not copied: there is one owner at a time.
            state = .idle
            bytes.append(contentsOf: more.readableBytesView)
            state = .collecting(head, bytes)
        case (.collecting(let head, let bytes), .end):
            state = .answering
            answer(head, bytes, context)
        case (.passed(_, let hasAnswer), .end):
            context.fireChannelRead(wrapInboundOut(part))
            if hasAnswer {
                goOn(context)
            } else {
                state = .passed(hasRequest: true, hasAnswer: false)
            }
        default: context.fireChannelRead(wrapInboundOut(part))
        }
    }

    private func answer(
        _ head: HTTPRequest, _ bytes: [UInt8], _ context: ChannelHandlerContext
    ) {
        isClosing = head.headerFields[.connection]?.lowercased() == "close"
        let loop = context.eventLoop
        let bound = NIOLoopBound(self, eventLoop: loop)
        responder.answer(head, bytes, from: context.channel.remoteAddress?.ipAddress) { reply in
            if loop.inEventLoop {
                bound.value.write(reply)
            } else {
                loop.execute { bound.value.write(reply) }
            }
        }
    }

    private func write(_ reply: Reply) {
        guard let context else { return }
        var head = HTTPResponse(status: reply.status, headerFields: reply.headers)
        if reply.status != .notModified {
            head.headerFields[.contentLength] = "\(reply.text.utf8.count)"
        }
        if isClosing { head.headerFields[.connection] = "close" }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !reply.text.isEmpty {
            context.write(
                wrapOutboundOut(.body(context.channel.allocator.buffer(string: reply.text))),
                promise: nil)
        }
        if isClosing {
            let channel = context.channel
            context.writeAndFlush(wrapOutboundOut(.end(nil)))
                .whenComplete { _ in channel.close(promise: nil) }
        } else {
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            goOn(context)
        }
    }

    /// Takes up what has come meanwhile. A request that is answered at once comes back here, and leaves
    /// the rest to whoever is at it: as many frames as there are requests would be too many.
    private func goOn(_ context: ChannelHandlerContext) {
        state = .idle
        guard !isGoingOn else { return }
        isGoingOn = true
        defer { isGoingOn = false }
        var (isBusy, hasPassed) = (false, false)
        while !isBusy, let part = queue.popFirst() {
            take(part, context)
            switch state {
            case .answering: isBusy = true
            case .passed(let hasRequest, let hasAnswer):
                (isBusy, hasPassed) = (hasRequest && !hasAnswer, true)
            default: break
            }
        }
        // Hummingbird takes up what it was given once it hears that this is all for now.
        if hasPassed { context.fireChannelReadComplete() }
        if isReadHeld, queue.count < Self.queuedMax {
            isReadHeld = false
            context.read()
        }
    }
}

/// An answer whose whole text is known.
struct Reply: Sendable {
    var status: HTTPResponse.Status
    var headers: HTTPFields
    /// The body; empty for none.
    var text: String

    init(_ status: HTTPResponse.Status, _ headers: HTTPFields, _ text: String = "") {
        self.status = status
        self.headers = headers
        self.text = text
    }
}

/// What answers short requests where they are read.
protocol DirectResponder: Sendable {
    /// Whether it answers a request that begins so.
    func takes(_ head: HTTPRequest) -> Bool

    /// Answers one, on whichever thread; it does not wait.
    func answer(
        _ head: HTTPRequest, _ body: [UInt8], from address: String?,
        _ completion: @escaping @Sendable (Reply) -> Void)
}
