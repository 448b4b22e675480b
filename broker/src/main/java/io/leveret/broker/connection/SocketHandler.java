package io.leveret.broker.connection;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.frame.FrameDecoder;
import io.leveret.broker.channel.Output;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bytes of one connection: hands what was read to the decoder and keeps an incomplete frame until the rest comes;
 * gathers what is to be written and flushes it once at the end of the loop's turn. Owned by the connection's event loop; only
 * {@link #scheduleTurn} is called from elsewhere.
 */
final class SocketHandler extends ChannelInboundHandlerAdapter implements Output {

    private static final Logger log = LoggerFactory.getLogger(SocketHandler.class);

    private final ServerContext server;
    private final Loop loop;
    private final AtomicBoolean turnScheduled = new AtomicBoolean();
    private final Runnable turn = this::turn;

    private @Nullable ChannelHandlerContext context;
    private @Nullable Connection connection;
    private @Nullable FrameDecoder decoder;
    private @Nullable ByteBuf incomplete;
    /** Being filled. */
    private @Nullable ByteBuf out;
    /** Full, and handed to Netty, but not flushed. */
    private final List<ByteBuf> written = new ArrayList<>(1);

    SocketHandler(ServerContext server, Loop loop) {
        this.server = server;
        this.loop = loop;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
        connection = new Connection(server, this, loop.pace(), ctx);
        decoder = connection.decoder();
        loop.ticker().add(connection);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        if (connection().isClosed()) {
            in.release();
            return;
        }
        if (incomplete != null) {
            in = join(incomplete, in);
            incomplete = null;
        }
        decode(in);
    }

    private void decode(ByteBuf in) {
        try {
            connection().bytesRead();
            if (!connection().isHeaderPending() || connection().protocolHeader(in)) {
                decoder().decode(in);
            }
        } catch (AmqpException e) {
            connection().frameFault(e);
        } catch (RuntimeException | Error bug) {
            connection().internalFault(bug);
        } finally {
            keepRest(in);
        }
    }

    @SuppressWarnings("ReferenceEquality") // whether the rest lies in this very buffer, not in one that reads the same
    private void keepRest(ByteBuf in) {
        if (in.isReadable() && !connection().isClosed()) {
            incomplete = loop.buffers().isShared(in)
                    ? context().alloc().buffer(in.readableBytes()).writeBytes(in)
                    : in;
        }
        if (incomplete != in) {
            in.release();
        }
    }

    /** Appends in place if there is room, so that a large frame which comes in many pieces is not copied for each. */
    private ByteBuf join(ByteBuf head, ByteBuf tail) {
        try {
            int needed = head.readableBytes() + tail.readableBytes();
            ByteBuf joined = head;
            if (head.writableBytes() < tail.readableBytes()) {
                joined = context().alloc().buffer(Math.max(2 * head.readableBytes(), needed));
                joined.writeBytes(head);
                head.release();
            }
            return joined.writeBytes(tail);
        } finally {
            tail.release();
        }
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
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        connection().writable(ctx.channel().isWritable());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        loop.ticker().remove(connection());
        try {
            connection().disconnected();
        } finally {
            releaseBuffers();
        }
    }

    private void releaseBuffers() {
        ReferenceCountUtil.release(incomplete);
        incomplete = null;
        ReferenceCountUtil.release(out);
        out = null;
        written.forEach(ByteBuf::release);
        written.clear();
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

    @Override
    public ByteBuf buffer(int bytes) {
        ByteBuf current = out;
        if (current != null) {
            if (current.writableBytes() >= bytes) {
                return current;
            }
            out = null;
            write(current);
        } else {
            scheduleTurn();
        }
        current = bytes <= LoopBuffers.BYTES
                ? loop.buffers().take(context().alloc())
                : context().alloc().directBuffer(bytes);
        out = current;
        return current;
    }

    /** Queues a buffer for the next flush; until then it is held, to be given back afterwards. */
    private void write(ByteBuf buffer) {
        written.add(buffer);
        context().write(buffer.retain(), context().voidPromise());
    }

    /** Sees to it that the loop drains the outbox and flushes, once it has read what there is to read. From any thread. */
    void scheduleTurn() {
        if (!turnScheduled.get() && turnScheduled.compareAndSet(false, true)) {
            context().executor().execute(turn);
        }
    }

    private void turn() {
        turnScheduled.set(false);
        try {
            connection().drain();
            flush();
        } catch (RuntimeException | Error bug) {
            connection().internalFault(bug);
        }
    }

    /** Sends what was gathered. */
    void flush() {
        ByteBuf last = out;
        if (last != null) {
            // Before the write: if that fails, the buffer must not be written, or given back, twice.
            out = null;
            write(last);
        }
        if (!written.isEmpty()) {
            context().flush();
            connection().bytesWritten();
            written.forEach(loop.buffers()::giveBack);
            written.clear();
        }
    }

    private ChannelHandlerContext context() {
        return required(context);
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
