package io.leveret.bench.load;

import io.netty.buffer.ByteBuf;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;

/**
 * Publishes one message at a time over a blocking connection and waits for its confirm, so that no event loop of the generator is in
 * what it measures. Used by one thread.
 */
final class OneInFlight implements AutoCloseable {

    private final Socket socket;
    private final OutputStream out;
    private final DataInputStream in;
    private final byte[] publish;

    /** Logs in, declares a durable queue by this name, and asks for confirms. */
    OneInFlight(Load.Address address, String queue, int sizeBytes) throws IOException {
        socket = new Socket(address.host(), address.port());
        socket.setTcpNoDelay(true);
        out = socket.getOutputStream();
        in = new DataInputStream(socket.getInputStream());
        publish = bytes(Frames.publish("", queue, sizeBytes, true));
        ask(Frames.protocolHeader());
        ask(Frames.startOk(address.user(), address.password()));
        ask(Frames.tuneOk().writeBytes(Frames.openConnection(address.virtualHost())));
        ask(Frames.openChannel());
        ask(Frames.declareKeptQueue(queue));
        ask(Frames.selectConfirms());
    }

    /** How long it took from the write to the confirm. */
    long publish() throws IOException {
        long began = System.nanoTime();
        out.write(publish);
        int method = readMethod();
        long took = System.nanoTime() - began;
        if (method != Frames.BASIC_ACK) {
            throw new LoadException("method %d.%d (expected: basic.ack)".formatted(method >>> 16, method & 0xFFFF));
        }
        return took;
    }

    private void ask(ByteBuf request) throws IOException {
        out.write(bytes(request));
        int method = readMethod();
        if (method == Frames.CONNECTION_CLOSE || method == Frames.CHANNEL_CLOSE) {
            throw new LoadException("the broker closed");
        }
    }

    /** Class and method of the next method frame, read to its end. */
    private int readMethod() throws IOException {
        while (true) {
            int type = in.readByte();
            in.readUnsignedShort();
            byte[] payload = new byte[in.readInt()];
            in.readFully(payload);
            in.readByte();
            if (type == Frames.METHOD) {
                return ByteBuffer.wrap(payload).getInt();
            }
        }
    }

    private static byte[] bytes(ByteBuf buffer) {
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        return bytes;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
