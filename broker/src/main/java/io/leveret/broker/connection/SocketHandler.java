package io.leveret.broker.connection;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.ProtocolHeader;
import io.leveret.amqp.frame.FrameDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The input of one connection: hands what was read to the decoder and keeps an incomplete frame until the rest comes; and
 * the turns of the loop, at whose end it writes. Owned by the connection's event loop; only {@link #scheduleTurn} is called
 * from elsewhere.
 */
final class SocketHandler extends ChannelInboundHandlerAdapter {

    private static final Logger log = LoggerFactory.getLogger(SocketHandler.class);

    /** Room for the rest of a frame, or as much as has come of it: it may not come for long, and more room can be made. */
    private static final int RESERVED_BYTES = 256;

    private final ServerContext server;
    private final Loop loop;
    private final AtomicBoolean turnScheduled = new AtomicBoolean();
    private final Runnable turn = this::turn;

    private @Nullable Connection connection;
    private @Nullable FrameDecoder decoder;
    /** On the heap: a connection in the middle of a frame holds no direct memory. */
    private @Nullable ByteBuf incomplete;

    SocketHandler(ServerContext server, Loop loop) {
        this.server = server;
        this.loop = loop;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        connection = new Connection(server, this::scheduleTurn, loop, ctx);
        decoder = connection.decoder();
        loop.ticker().add(connection);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            if (!connection().isClosed()) {
                connection().bytesRead();
                read(in);
            }
        } finally {
            in.release();
        }
    }

    /** What is there whole is decoded where it lies: of what comes, no more is copied than a begun frame lacks. */
    private void read(ByteBuf in) {
        ByteBuf begun = incomplete;
        if (begun != null) {
            if (!complete(begun, in)) {
                return;
            }
            incomplete = null;
            try {
                decode(begun);
            } finally {
                begun.release();
            }
        }
        if (in.isReadable() && !connection().isClosed()) {
            decode(in);
        }
        if (in.isReadable() && !connection().isClosed()) {
            int lacking = Math.min(missing(in), Math.max(RESERVED_BYTES, in.readableBytes()));
            incomplete = Unpooled.buffer(in.readableBytes() + lacking).writeBytes(in);
        }
    }

    /** True if the decoder can go on with what has begun. */
    private boolean complete(ByteBuf begun, ByteBuf in) {
        int missing = missing(begun);
        // Twice for a frame whose header was not whole.
        while (missing > 0 && in.isReadable()) {
            begun.writeBytes(in, Math.min(missing, in.readableBytes()));
            missing = missing(begun);
        }
        return missing == 0;
    }

    private int missing(ByteBuf begun) {
        return connection().isHeaderPending()
                ? Math.max(0, ProtocolHeader.LENGTH - begun.readableBytes())
                : decoder().missing(begun);
    }

    /** What is left readable is the beginning of a frame, or of no interest since the connection is closed. */
    private void decode(ByteBuf in) {
        int before = in.readableBytes();
        while (!decodeAll(in) && !connection().isClosed()) {
            // The client's answer to the close may stand behind what failed.
            if (in.readableBytes() == before) {
                // Where that ends is not known.
                connection().hangUp();
            }
            before = in.readableBytes();
        }
    }

    /** False if a fault of ours ended it before the end. */
    private boolean decodeAll(ByteBuf in) {
        try {
            if (!connection().isHeaderPending() || connection().protocolHeader(in)) {
                decoder().decode(in);
            }
        } catch (AmqpException e) {
            connection().frameFault(e);
        } catch (RuntimeException | Error bug) {
            connection().internalFault(bug);
            return false;
        }
        return true;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        try {
            connection().endBurst();
        } catch (RuntimeException | Error bug) {
            connection().internalFault(bug);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        loop.ticker().remove(connection());
        try {
            connection().disconnected();
        } finally {
            ReferenceCountUtil.release(incomplete);
            incomplete = null;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            log.debug("connection lost: {} connection={}", cause.getMessage(), connection);
        } else {
            log.error("unexpected failure, closing connection={}", connection, cause);
        }
        ctx.close();
    }

    /** Sees to it that the loop drains the outbox and flushes, once it has read what there is to read. From any thread. */
    void scheduleTurn() {
        if (!turnScheduled.get() && turnScheduled.compareAndSet(false, true)) {
            loop.execute(turn);
        }
    }

    private void turn() {
        turnScheduled.set(false);
        try {
            connection().drain();
        } catch (RuntimeException | Error bug) {
            connection().internalFault(bug);
        }
    }

    private Connection connection() {
        return required(connection);
    }

    private FrameDecoder decoder() {
        return required(decoder);
    }

    private static <T> T required(@Nullable T made) {
        if (made == null) {
            throw new AssertionError("the channel is not active yet");
        }
        return made;
    }
}
