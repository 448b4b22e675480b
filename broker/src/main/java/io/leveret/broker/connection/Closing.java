package io.leveret.broker.connection;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.ReplyCode;
import io.leveret.amqp.frame.FrameEncoder;
import io.leveret.amqp.method.ConnectionClose;
import io.leveret.amqp.method.ConnectionCloseOk;
import io.leveret.amqp.method.Method;
import io.netty.channel.ChannelHandlerContext;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a connection: what its client is told, how long it may take to answer, and then its socket's. Knows nothing of
 * the channels, which have ended before. Owned by the connection's event loop.
 */
final class Closing {

    private static final Logger log = LoggerFactory.getLogger(Closing.class);

    private static final int METHOD_BYTES = 64;
    /** How long a client that failed in the handshake keeps its socket, so that guessing passwords takes time. */
    private static final long REFUSAL_DELAY_MS = 3_000;
    /** How long the client may take to answer a close. */
    private static final long ANSWER_TIMEOUT_MS = 10_000;

    private enum State {
        NOT_BEGUN,
        /** Deliveries return to their queues, before anything is said; what the client sends is ignored. */
        GIVING_BACK,
        /** The broker sent a close and waits for the answer; everything else is ignored. */
        AWAITING_ANSWER,
        /** Nothing more is read. */
        DEAF
    }

    private final SocketOutput output;
    private final ChannelHandlerContext context;
    private final ConnectionName name;

    private State state = State.NOT_BEGUN;
    private boolean disconnected;

    /** Hangs up when time is up; null if no time is set. */
    private @Nullable ScheduledFuture<?> timeUp;

    /** Volatile, since any thread may cut it off. */
    private volatile boolean cutOff;

    Closing(SocketOutput output, ChannelHandlerContext context, ConnectionName name) {
        this.output = output;
        this.context = context;
        this.name = name;
    }

    boolean hasBegun() {
        return state != State.NOT_BEGUN;
    }

    boolean isDeaf() {
        return state == State.DEAF;
    }

    /** Whether the broker closed the socket and not the client. */
    boolean isCutOff() {
        return cutOff;
    }

    /** The channels end, and what there is to say comes after that. */
    void begin() {
        if (state == State.NOT_BEGUN) {
            state = State.GIVING_BACK;
        }
    }

    /** Nothing more is read. */
    void deafen() {
        state = State.DEAF;
    }

    /** Whether there is nobody to talk to any more. */
    boolean isDisconnected() {
        return disconnected;
    }

    /** Tells the client why with {@code connection.close}, and waits for its answer. */
    void tell(AmqpException error, int classId, int methodId) {
        if (error.code() != ReplyCode.CONNECTION_FORCED) {
            log.warn("connection error: {} connection={}", error.replyText(), name);
        }
        state = State.AWAITING_ANSWER;
        boolean names = error.namesMethod();
        send(new ConnectionClose(error.code().code(), error.replyText(), names ? classId : 0, names ? methodId : 0));
        closeIn(ANSWER_TIMEOUT_MS);
    }

    /** Answers the client's own close, and hangs up. */
    void answer() {
        send(new ConnectionCloseOk());
        afterFlush();
    }

    /** Takes a method that came since it began: anything but a close is not even read, or it might be answered with another. */
    void onMethod(int channel, int id) {
        if (channel != 0 || state == State.DEAF || state == State.GIVING_BACK) {
            return;
        }
        if (id == ConnectionClose.ID) {
            answer();
        } else if (id == ConnectionCloseOk.ID) {
            afterFlush();
        }
    }

    /** Hangs up without a word, as RabbitMQ does in the handshake: only after a while. */
    void afterDelay() {
        state = State.DEAF;
        closeIn(REFUSAL_DELAY_MS);
    }

    /** Hangs up once what was written has gone out. */
    void afterFlush() {
        state = State.DEAF;
        if (!output.closeWhenSent()) {
            // The client may never read what stands before it.
            closeIn(ANSWER_TIMEOUT_MS);
        }
    }

    /** Hangs up without waiting for anything; from any thread. */
    void now() {
        cutOff = true;
        context.close();
    }

    /** The socket is gone already. */
    void disconnected() {
        disconnected = true;
        state = State.DEAF;
        stopTimer();
    }

    /** An earlier time that is set already stays. */
    private void closeIn(long ms) {
        if (timeUp == null || timeUp.getDelay(TimeUnit.MILLISECONDS) > ms) {
            stopTimer();
            timeUp = context.executor().schedule(this::now, ms, TimeUnit.MILLISECONDS);
        }
    }

    /** Since the timer would keep the connection in memory until then. */
    private void stopTimer() {
        if (timeUp != null) {
            timeUp.cancel(false);
            timeUp = null;
        }
    }

    private void send(Method method) {
        FrameEncoder.writeMethod(output.buffer(METHOD_BYTES), 0, method);
    }
}
