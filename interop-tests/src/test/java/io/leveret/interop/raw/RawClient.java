package io.leveret.interop.raw;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.HexFormat;

/**
 * A socket on which a case writes octets of its choice and reads frames. It never answers by itself. It belongs to the
 * case's thread.
 */
public final class RawClient implements AutoCloseable {

    /** The protocol header of AMQP 0-9-1. */
    @SuppressWarnings("MutablePublicArray") // nobody but tests has it
    public static final byte[] PROTOCOL_HEADER = {'A', 'M', 'Q', 'P', 0, 0, 9, 1};

    private static final String CLOSED = "socket closed";

    private final Socket socket;
    private final DataInputStream in;

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    }

    public static RawClient connect(InetSocketAddress address, int timeoutMs) throws IOException {
        Socket socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(timeoutMs);
        socket.connect(address, timeoutMs);
        return new RawClient(socket);
    }

    /** Waits so long for each frame, instead of some seconds. */
    public RawClient waitingUpTo(int timeoutMs) throws IOException {
        socket.setSoTimeout(timeoutMs);
        return this;
    }

    public RawClient send(byte... octets) throws IOException {
        socket.getOutputStream().write(octets);
        return this;
    }

    public RawClient frame(int type, int channel, Octets payload) throws IOException {
        return send(Octets.none().frame(type, channel, payload).toBytes());
    }

    /** Sends a method frame; its payload begins with class and method id. */
    public RawClient method(int channel, Octets payload) throws IOException {
        return frame(RawFrame.METHOD, channel, payload);
    }

    public RawClient header(int channel, Octets payload) throws IOException {
        return frame(RawFrame.HEADER, channel, payload);
    }

    public RawClient body(int channel, Octets payload) throws IOException {
        return frame(RawFrame.BODY, channel, payload);
    }

    /** Goes through the handshake as guest, taking what is proposed except for heartbeats. */
    public RawClient login() throws IOException {
        return login(2047, 131_072, 0);
    }

    public RawClient login(int channelMax, int frameMax, int heartbeat) throws IOException {
        send(PROTOCOL_HEADER);
        expect(10, 10);
        method(0, Login.plain("guest", "guest"));
        expect(10, 30);
        method(0, Login.tuneOk(channelMax, frameMax, heartbeat));
        method(0, Login.open("/"));
        expect(10, 41);
        return this;
    }

    public RawClient open(int channel) throws IOException {
        method(channel, Octets.method(20, 10).shortString(""));
        expect(20, 11);
        return this;
    }

    /** What came next, in one line; "socket closed" if the broker has closed it, however abruptly. */
    public String next() throws IOException {
        try {
            in.mark(PROTOCOL_HEADER.length);
            byte[] start = in.readNBytes(1);
            if (start.length == 0) {
                return CLOSED;
            }
            if (start[0] == PROTOCOL_HEADER[0]) {
                return "protocol header " + HexFormat.ofDelimiter(" ").formatHex(in.readNBytes(7), 3, 7);
            }
            in.reset();
            return readFrame().describe();
        } catch (EOFException | SocketException e) {
            // A socket closed with unread input answers with a reset, where one read a moment earlier sees its end.
            return CLOSED;
        }
    }

    /** The octets of the next frame, which must come. */
    public byte[] nextPayload() throws IOException {
        return readFrame().payload();
    }

    private RawFrame readFrame() throws IOException {
        int type = in.readUnsignedByte();
        int channel = in.readUnsignedShort();
        byte[] payload = new byte[in.readInt()];
        in.readFully(payload);
        int end = in.readUnsignedByte();
        if (end != Octets.FRAME_END) {
            throw new IOException("frame end: " + end + " (expected: " + Octets.FRAME_END + ")");
        }
        return new RawFrame(type, channel, payload);
    }

    private void expect(int classId, int methodId) throws IOException {
        RawFrame frame = readFrame();
        if (!frame.isMethod(classId, methodId)) {
            throw new IOException(frame.describe() + " (expected: " + MethodNames.of(classId, methodId) + ")");
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
