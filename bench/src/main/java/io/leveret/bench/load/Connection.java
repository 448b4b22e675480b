package io.leveret.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * One AMQP connection with one channel. It sends its setup steps, each after the reply to the one before, and then hands frames to
 * its traffic. Owned by the loop; never keeps a frame.
 */
final class Connection extends ByteToMessageDecoder {

    private final Queue<ByteBuf> steps;
    private final Traffic traffic;
    private final Consumer<Throwable> onFailure;
    private final CompletableFuture<Channel> opened = new CompletableFuture<>();
    private boolean closing;

    Connection(List<ByteBuf> steps, Traffic traffic, Consumer<Throwable> onFailure) {
        this.steps = new ArrayDeque<>(steps);
        this.traffic = traffic;
        this.onFailure = onFailure;
    }

    /** Completes when the broker has answered the last step. */
    CompletableFuture<Channel> opened() {
        return opened;
    }

    /** From here on a lost connection is no failure. */
    void close(Channel channel) {
        closing = true;
        channel.writeAndFlush(Frames.closeConnection(), channel.voidPromise());
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        nextStep(context);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        while (in.readableBytes() >= Frames.OVERHEAD_BYTES) {
            int start = in.readerIndex();
            int payloadBytes = in.getInt(start + 3);
            if (payloadBytes > in.readableBytes() - Frames.OVERHEAD_BYTES) {
                return;
            }
            int payload = start + Frames.HEADER_BYTES;
            if (in.getByte(payload + payloadBytes) != Frames.END) {
                fail(context, "a frame of %d bytes does not end in 0xCE".formatted(payloadBytes));
                return;
            }
            frame(context, in, in.getByte(start), payload, payloadBytes);
            in.skipBytes(Frames.OVERHEAD_BYTES + payloadBytes);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        traffic.burstRead();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (context.channel().isWritable()) {
            traffic.writable();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        failed(cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause);
        context.close();
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) {
        if (!closing) {
            failed(new LoadException("the broker closed a connection without a word"));
        }
    }

    private void frame(ChannelHandlerContext context, ByteBuf in, int type, int payload, int payloadBytes) {
        switch (type) {
            case Frames.METHOD -> method(context, in, in.getInt(payload), payload + Integer.BYTES);
            case Frames.HEADER -> traffic.header(in.getLong(payload + Integer.BYTES));
            case Frames.BODY -> traffic.body(in, payload, payloadBytes);
            default -> {} // a heartbeat
        }
    }

    private void method(ChannelHandlerContext context, ByteBuf in, int id, int arguments) {
        if (id == Frames.CONNECTION_CLOSE || id == Frames.CHANNEL_CLOSE) {
            fail(context, "the broker closed: " + closeReason(in, arguments));
        } else if (id == Frames.CONNECTION_CLOSE_OK) {
            context.close();
        } else if (id == Frames.BASIC_CANCEL) {
            fail(context, "the broker cancelled a consumer");
        } else if (opened.isDone()) {
            traffic.method(id, in, arguments);
        } else {
            nextStep(context);
        }
    }

    private void nextStep(ChannelHandlerContext context) {
        ByteBuf step = steps.poll();
        if (step == null) {
            traffic.opened(context.channel());
            opened.complete(context.channel());
        } else {
            context.writeAndFlush(step, context.voidPromise());
        }
    }

    private static String closeReason(ByteBuf in, int arguments) {
        int textBytes = in.getUnsignedByte(arguments + Short.BYTES);
        return in.getUnsignedShort(arguments) + " "
                + in.toString(arguments + Short.BYTES + 1, textBytes, StandardCharsets.UTF_8);
    }

    private void fail(ChannelHandlerContext context, String what) {
        failed(new LoadException(what));
        context.close();
    }

    /** The end of this connection, whatever its cause; only the first counts. */
    void failed(Throwable cause) {
        closing = true;
        opened.completeExceptionally(cause);
        onFailure.accept(cause);
    }
}
