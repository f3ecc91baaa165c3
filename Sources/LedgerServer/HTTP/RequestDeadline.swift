import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Cuts a client that takes too long to send a request: a byte a second would hold a connection for
/// ever, and is not idle.
final class RequestDeadline: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart

    private let limit: TimeAmount
    /// When the request has to be there that is being sent; nil while none is.
    private var due: NIODeadline?
    /// Looks whether it is. It is not set anew for each request: most are there long before it looks.
    private var timer: Scheduled<Void>?

    init(seconds: Int) { limit = .seconds(Int64(seconds)) }

    func channelActive(context: ChannelHandlerContext) {
        // A connection on which nothing is asked is cut as well.
        begin(context)
        context.fireChannelActive()
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { begin(context) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: begin(context)
        case .body: break
        case .end: due = nil
        }
        context.fireChannelRead(data)
    }

    func channelInactive(context: ChannelHandlerContext) {
        stop()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { stop() }

    private func begin(_ context: ChannelHandlerContext) {
        let due = NIODeadline.now() + limit
        self.due = due
        if timer == nil { look(at: due, context) }
    }

    private func look(at time: NIODeadline, _ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(deadline: time) {
            let (handler, context) = bound.value
            handler.timer = nil
            guard let due = handler.due else { return }
            if due <= .now() {
                context.close(promise: nil)
            } else {
                handler.look(at: due, context)
            }
        }
    }

    private func stop() {
        timer?.cancel()
        (timer, due) = (nil, nil)
    }
}
