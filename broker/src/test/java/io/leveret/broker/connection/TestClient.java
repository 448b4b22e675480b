package io.leveret.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.frame.FrameDecoder;
import io.leveret.amqp.frame.FrameListener;
import io.leveret.amqp.method.Method;
import io.leveret.amqp.method.MethodReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The client at the far end of one connection to a {@link TestServer}: what it writes is handled before the call returns. */
final class TestClient implements FrameListener {

    private final TestServer server;
    private final EmbeddedChannel socket;
    private final Line line = new Line();
    private @Nullable Loop loop;

    /** Pieces of long work, of which the loop does one in each turn. */
    private final ArrayDeque<Runnable> pieces = new ArrayDeque<>();

    private final FrameDecoder decoder = new FrameDecoder(this, 0);
    private final ByteBuf unread = Unpooled.buffer();
    private final ArrayDeque<Received> received = new ArrayDeque<>();

    private @Nullable Received withoutBody;
    private long bodyLeft;
    private BasicProperties lastProperties = BasicProperties.EMPTY;
    private int heartbeats;
    private boolean gone;

    /** A method from the server, with its content if it has any. */
    record Received(int channel, Method method, String body) {}

    /** A socket between two addresses on the loopback interface. */
    private static final class Socket extends EmbeddedChannel {

        Socket(ChannelInitializer<Channel> initializer) {
            super(initializer);
        }

        @Override
        protected SocketAddress localAddress0() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 5672);
        }

        @Override
        protected SocketAddress remoteAddress0() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);
        }
    }

    /**
     * The end of the pipeline that is the network's. It holds back what is flushed for a client that does not read, and runs
     * the loop's tasks: from within a read, since otherwise an embedded channel would run them nested in each other's writes.
     */
    private static final class Line extends ChannelDuplexHandler {
        static final Object RUN_TASKS = new Object();

        boolean stalled;
        private boolean running;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            running = message == RUN_TASKS;
            if (running) {
                ((EmbeddedChannel) ctx.channel()).runPendingTasks();
            } else {
                ctx.fireChannelRead(message);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            if (!running) {
                ctx.fireChannelReadComplete();
            }
            running = false;
        }

        @Override
        public void flush(ChannelHandlerContext ctx) {
            if (!stalled) {
                ctx.flush();
            }
        }
    }

    TestClient(TestServer server) {
        this.server = server;
        this.socket = new Socket(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                Loop made = new Loop(channel.eventLoop(), pieces::add, busy());
                loop = made;
                channel.config().setAllocator(server.allocator());
                channel.config().setRecvByteBufAllocator(made.buffers());
                channel.pipeline().addLast(line, new SocketHandler(server.context(), made));
            }
        });
        socket.freezeTime();
    }

    /** Of a loop that has had much to read, and served it fast. */
    private static ReadSize busy() {
        ReadSize size = new ReadSize(() -> 0);
        while (size.bytes() < ReadSize.MOST_BYTES) {
            size.received(size.bytes());
            size.turned();
        }
        return size;
    }

    /** Writes in one go: the server sees one read burst, if it is not more than a loop reads at once. */
    void write(ClientStream stream) {
        write(stream.bytes());
    }

    void write(byte[] octets) {
        writeQuietly(octets, 0, octets.length);
        server.run();
    }

    /** Writes in pieces, each a read burst of its own. */
    void writeInPieces(byte[] octets, int pieceBytes) {
        for (int at = 0; at < octets.length; at += pieceBytes) {
            writeQuietly(octets, at, Math.min(pieceBytes, octets.length - at));
            server.run();
        }
    }

    private void writeQuietly(byte[] octets, int from, int length) {
        int at = from;
        while (at < from + length && socket.isOpen()) {
            ByteBuf buffer = loop().buffers().newHandle().allocate(server.allocator());
            int size = Math.min(buffer.writableBytes(), from + length - at);
            socket.writeInbound(buffer.writeBytes(octets, at, size));
            at += size;
        }
    }

    void send(int channel, Method... methods) {
        ClientStream stream = new ClientStream();
        for (Method method : methods) {
            stream.method(channel, method);
        }
        write(stream);
    }

    /** Sends a method and returns its answer, which must be the next thing that comes. */
    <M extends Method> M call(int channel, Method method, Class<M> answer) {
        send(channel, method);
        return expect(channel, answer);
    }

    /** The next thing from the server. */
    Received next() {
        Received next = received.poll();
        if (next == null) {
            throw new AssertionError("nothing came from the server");
        }
        return next;
    }

    <M extends Method> M expect(int channel, Class<M> type) {
        Received next = next();
        assertThat(next.channel()).as("channel of %s", next).isEqualTo(channel);
        assertThat(next.method()).isInstanceOf(type);
        return type.cast(next.method());
    }

    /** Everything that came and was not taken. */
    List<Received> takeAll() {
        List<Received> all = new ArrayList<>(received);
        received.clear();
        return all;
    }

    List<String> takeBodies() {
        return takeAll().stream().map(Received::body).toList();
    }

    /** What came instead of frames. */
    byte[] takeOctets() {
        byte[] octets = ByteBufUtil.getBytes(unread);
        unread.clear();
        return octets;
    }

    /** How many heartbeats came. */
    int heartbeats() {
        return heartbeats;
    }

    /** Those of the message that came last. */
    BasicProperties lastProperties() {
        return lastProperties;
    }

    boolean isDisconnected() {
        return !socket.isOpen();
    }

    boolean isGone() {
        return gone;
    }

    /** Cuts the line without a word. */
    void disconnect() {
        line.stalled = false;
        socket.close();
    }

    /** Stops reading: its socket takes nothing more. */
    void stall() {
        line.stalled = true;
    }

    void readAgain() {
        line.stalled = false;
        // As a task: else the loop's other tasks would run nested in the flush.
        socket.eventLoop().execute(socket::flush);
        server.run();
    }

    /** Whether the server wants to read what this client sends. */
    boolean isHeard() {
        return socket.config().isAutoRead();
    }

    /** Whether its loop still has something to do later. */
    boolean hasTimers() {
        return socket.runScheduledPendingTasks() >= 0;
    }

    void passTime(long ms) {
        socket.advanceTimeBy(ms, TimeUnit.MILLISECONDS);
    }

    /** Writes in one go, and no loop has a turn after it. */
    void post(ClientStream stream) {
        byte[] octets = stream.bytes();
        writeQuietly(octets, 0, octets.length);
    }

    /** Whether the loop has a piece of long work to do. */
    boolean isAtWork() {
        return !pieces.isEmpty();
    }

    /** One turn of the loop; true if anything came of it. */
    boolean runLoop() {
        Runnable piece = pieces.poll();
        if (piece != null) {
            // As a task: else what it writes would run nested in it.
            socket.eventLoop().execute(piece);
        }
        boolean worked = socket.hasPendingTasks();
        if (socket.isOpen()) {
            socket.writeInbound(Line.RUN_TASKS);
        } else {
            socket.runPendingTasks();
        }
        for (ByteBuf buffer = socket.readOutbound(); buffer != null; buffer = socket.readOutbound()) {
            unread.writeBytes(buffer);
            buffer.release();
            worked = true;
        }
        readFrames();
        if (!socket.isOpen() && !gone) {
            gone = true;
            loop().buffers().release();
            worked = true;
        }
        return worked;
    }

    private void readFrames() {
        boolean header = unread.readableBytes() >= 4 && unread.getInt(unread.readerIndex()) == 0x41_4D_51_50;
        if (!header) {
            decoder.decode(unread);
            unread.discardReadBytes();
        }
    }

    private Loop loop() {
        Loop made = loop;
        if (made == null) {
            throw new AssertionError("the channel is not registered");
        }
        return made;
    }

    @Override
    public void onMethod(int channel, ByteBuf payload) {
        Received method = new Received(channel, MethodReader.read(payload), "");
        if (method.method().carriesContent()) {
            withoutBody = method;
        } else {
            received.add(method);
        }
    }

    @Override
    public void onHeader(int channel, ByteBuf payload) {
        bodyLeft = payload.getLong(payload.readerIndex() + 4);
        lastProperties = BasicProperties.read(payload.skipBytes(12));
        addIfComplete();
    }

    @Override
    public void onBody(int channel, ByteBuf payload) {
        Received before = announced();
        bodyLeft -= payload.readableBytes();
        withoutBody = new Received(channel, before.method(), before.body() + payload.toString(StandardCharsets.UTF_8));
        addIfComplete();
    }

    private void addIfComplete() {
        if (bodyLeft == 0) {
            received.add(announced());
            withoutBody = null;
        }
    }

    private Received announced() {
        Received method = withoutBody;
        if (method == null) {
            throw new AssertionError("content that no method announced");
        }
        return method;
    }

    @Override
    public void onHeartbeat(int channel) {
        heartbeats++;
    }

    @Override
    public boolean isClosed() {
        return false;
    }
}
