package io.leveret.broker.connection;

import io.leveret.amqp.frame.ContentFrames;
import io.leveret.broker.channel.Outbox;
import io.leveret.broker.channel.Output;
import io.leveret.broker.connection.Reading.Pause;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one connection writes: gathers frames in the loop's buffers and flushes them once at the end of the loop's turn. While
 * its socket is full, what is to be written waits on the heap, no queue offers more, and a client that asks for more without
 * reading is not read. Owned by the connection's event loop.
 *
 * <p>Direct memory is taken only for what is about to be written: the loop's buffers, whose number is bounded, and
 * {@link #LEFT_BYTES} for each connection whose socket is full. So neither the size of a message nor the
 * number of clients that do not read makes it run out.
 */
final class SocketOutput implements Output {

    /** So many buffers are handed to Netty, at most, from one flush to the next. */
    static final int HANDED_MAX = 4;

    /** What Netty may hold of a connection whose socket is full, to be told when it takes more. */
    static final int LEFT_BYTES = 512;

    /** Buffers of a backlog that go out in one turn of the loop; then it is the others' turn. */
    private static final int TURN_BUFFERS = 16;

    /** When so much waits that the client asked for, it is not read any more ... */
    static final long UNREAD_HIGH_BYTES = 1024 * 1024;

    /** ... until no more than this waits. */
    static final long UNREAD_LOW_BYTES = 256 * 1024;

    private final ChannelHandlerContext context;
    private final LoopBuffers buffers;
    private final Outbox outbox;
    private final Reading reading;
    private final Runnable scheduleTurn;
    private final Runnable afterFlush;
    private final OutputBacklog backlog = new OutputBacklog();

    /** Handed to Netty, but not flushed. */
    private final List<ByteBuf> handed = new ArrayList<>(1);

    /** Being filled; null while the socket is full or the backlog waits. */
    private @Nullable ByteBuf out;

    /** The socket did not take all that it was given, and Netty tells when it does. */
    private boolean full;

    /** Everything new goes to the backlog: the socket is full, or something waits there. */
    private boolean blocked;

    private boolean closing;

    /**
     * @param scheduleTurn sees to it that {@link #flush} is called at the end of the loop's turn
     * @param afterFlush to be told that something was written
     */
    SocketOutput(
            ChannelHandlerContext context,
            LoopBuffers buffers,
            Outbox outbox,
            Reading reading,
            Runnable scheduleTurn,
            Runnable afterFlush) {
        this.context = context;
        this.buffers = buffers;
        this.outbox = outbox;
        this.reading = reading;
        this.scheduleTurn = scheduleTurn;
        this.afterFlush = afterFlush;
    }

    @Override
    public ByteBuf buffer(int bytes) {
        ByteBuf current = out;
        if (current != null) {
            if (current.writableBytes() >= bytes) {
                return current;
            }
            handOver(current);
            if (handed.size() >= HANDED_MAX) {
                send();
            }
        } else {
            scheduleTurnUnlessFull();
        }
        if (!blocked && buffers.areScarce()) {
            block();
        }
        if (blocked) {
            limitUnread();
            return backlog.buffer(bytes);
        }
        current = buffers.take(context.alloc());
        out = current;
        return current;
    }

    @Override
    public void content(ContentFrames content, boolean delivery) {
        ByteBuf current = out;
        if (current != null) {
            handOver(current);
        }
        block();
        backlog.add(content, delivery);
        limitUnread();
        scheduleTurnUnlessFull();
    }

    /** What waits on the heap for the client to read. */
    long heldBytes() {
        return blocked ? backlog.heldBytes() : 0;
    }

    /** Whether something waits that the socket does not take yet. */
    boolean isBlocked() {
        return blocked;
    }

    /** Sends what was gathered; at the end of the loop's turn. */
    void flush() {
        ByteBuf last = out;
        if (last != null) {
            handOver(last);
        }
        send();
        if (blocked && !full) {
            sendBacklog();
        }
        limitUnread();
    }

    /** Closes the socket when everything has gone out; true if that is done already. */
    boolean closeWhenSent() {
        closing = true;
        flush();
        if (!blocked) {
            close();
        }
        return !blocked;
    }

    /** When the socket is closed. */
    void release() {
        if (out != null) {
            handed.add(out);
            out = null;
        }
        handed.forEach(buffers::giveBack);
        handed.clear();
        backlog.clear();
    }

    /** Queues a buffer for the next flush; until then it is held, to be given back afterwards. */
    private void handOver(ByteBuf buffer) {
        // First, so that whatever fails after it, the buffer is not filled, written, or given back again.
        out = null;
        handed.add(buffer);
        context.write(buffer.retain(), context.voidPromise());
    }

    private void send() {
        if (handed.isEmpty()) {
            return;
        }
        context.flush();
        afterFlush.run();
        ChannelOutboundBuffer unsent = context.channel().unsafe().outboundBuffer();
        // None if the socket is closed.
        if (unsent != null && unsent.totalPendingWriteBytes() > 0) {
            takeBack(unsent);
        }
        handed.forEach(buffers::giveBack);
        handed.clear();
    }

    /**
     * Takes what the socket did not take from Netty and puts it on the heap, since the client may never read it. Only so much
     * stays as it needs to tell when there is room.
     */
    private void takeBack(ChannelOutboundBuffer unsent) {
        ByteBuf head = context.alloc().directBuffer(LEFT_BYTES, LEFT_BYTES);
        ByteBuf left = Unpooled.buffer(
                handed.stream().mapToInt(SocketOutput::unsentBytes).sum());
        for (ByteBuf buffer : handed) {
            left.writeBytes(buffer, buffer.readerIndex(), unsentBytes(buffer));
        }
        unsent.addFlush();
        while (unsent.remove()) {
            // Released; the octets are in left.
        }
        block();
        full = true;
        head.writeBytes(left, Math.min(LEFT_BYTES, left.readableBytes()));
        if (left.isReadable()) {
            backlog.addFirst(left);
        }
        context.writeAndFlush(head).addListener((ChannelFutureListener) written -> {
            if (written.isSuccess()) {
                full = false;
                // Not at once: Netty may be in the middle of writing.
                scheduleTurn.run();
            }
        });
    }

    /** Netty lets go of what the socket took whole, and moves the reader index of what it took in part. */
    private static int unsentBytes(ByteBuf handed) {
        return handed.refCnt() > 1 ? handed.readableBytes() : 0;
    }

    private void sendBacklog() {
        for (int sent = 0; sent < TURN_BUFFERS && !full && !backlog.isEmpty(); sent++) {
            ByteBuf buffer = buffers.take(context.alloc());
            backlog.moveTo(buffer);
            handOver(buffer);
            if (handed.size() >= HANDED_MAX) {
                send();
            }
        }
        send();
        if (backlog.isEmpty() && !full) {
            unblock();
        } else {
            scheduleTurnUnlessFull();
        }
    }

    private void block() {
        if (!blocked) {
            blocked = true;
            outbox.writable(false);
        }
    }

    private void unblock() {
        blocked = false;
        if (closing) {
            close();
        } else {
            outbox.writable(true);
            outbox.resume();
        }
    }

    private void close() {
        context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    private void scheduleTurnUnlessFull() {
        if (!full) {
            scheduleTurn.run();
        }
    }

    private void limitUnread() {
        if (!blocked && !reading.isPausedFor(Pause.OUTPUT_UNREAD)) {
            return;
        }
        long unread = backlog.askedBytes();
        if (unread > UNREAD_HIGH_BYTES) {
            reading.pause(Pause.OUTPUT_UNREAD);
        } else if (unread <= UNREAD_LOW_BYTES) {
            reading.resume(Pause.OUTPUT_UNREAD);
        }
    }
}
