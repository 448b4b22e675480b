package io.leveret.amqp.frame;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.method.Method;
import io.leveret.amqp.method.MethodReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/** Decodes every frame to the end and writes down what came, one line each, a method with its arguments encoded again. */
final class RecordedFrames implements FrameListener {

    private final List<String> lines = new ArrayList<>();
    private int closeAfter = Integer.MAX_VALUE;

    List<String> lines() {
        return lines;
    }

    void closeAfter(int frames) {
        closeAfter = frames;
    }

    /** All frames of a buffer, whose indices stay. */
    static List<String> of(ByteBuf stream) {
        RecordedFrames frames = new RecordedFrames();
        new FrameDecoder(frames, 0).decode(stream.duplicate());
        return frames.lines();
    }

    @Override
    public void onMethod(int channel, ByteBuf payload) {
        Method method = MethodReader.read(payload);
        ByteBuf arguments = Unpooled.buffer();
        method.writeArguments(arguments);
        lines.add(channel + " " + method.getClass().getSimpleName() + " " + ByteBufUtil.hexDump(arguments));
    }

    @Override
    public void onHeader(int channel, ByteBuf payload) {
        int classId = payload.readUnsignedShort();
        int weight = payload.readUnsignedShort();
        long size = payload.readLong();
        BasicProperties properties = BasicProperties.read(payload);
        String encoded = ByteBufUtil.hexDump(properties.encoded());
        lines.add(channel + " header " + classId + " " + weight + " " + size + " " + encoded + properties.headers());
    }

    @Override
    public void onBody(int channel, ByteBuf payload) {
        lines.add(channel + " body " + ByteBufUtil.hexDump(payload));
    }

    @Override
    public void onHeartbeat(int channel) {
        lines.add(channel + " heartbeat");
    }

    @Override
    public boolean isClosed() {
        return lines.size() >= closeAfter;
    }
}
