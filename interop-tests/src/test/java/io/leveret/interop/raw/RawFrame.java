package io.leveret.interop.raw;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A frame as it came from the broker. */
record RawFrame(int type, int channel, byte[] payload) {

    static final int METHOD = 1;
    static final int HEADER = 2;
    static final int BODY = 3;
    static final int HEARTBEAT = 8;

    private static final int CONNECTION_CLOSE = 10 << 16 | 50;
    private static final int CHANNEL_CLOSE = 20 << 16 | 40;

    boolean isMethod(int classId, int methodId) {
        return type == METHOD && ByteBuffer.wrap(payload).getInt() == (classId << 16 | methodId);
    }

    /** One line for a transcript, in the words that are used for what the Java client receives. */
    String describe() {
        return switch (type) {
            case METHOD -> describeMethod(ByteBuffer.wrap(payload));
            case HEADER -> "content header of " + ByteBuffer.wrap(payload).getLong(4) + " bytes";
            case BODY -> "content body: " + new String(payload, StandardCharsets.UTF_8);
            case HEARTBEAT -> "heartbeat";
            default -> "frame of type " + type;
        };
    }

    private String describeMethod(ByteBuffer in) {
        int method = in.getInt();
        return switch (method) {
            case CONNECTION_CLOSE -> "connection closed: " + reason(in);
            case CHANNEL_CLOSE -> "channel closed: " + reason(in);
            default -> MethodNames.of(method >>> 16, method & 0xffff) + " on channel " + channel;
        };
    }

    private static String reason(ByteBuffer in) {
        int code = Short.toUnsignedInt(in.getShort());
        byte[] text = new byte[Byte.toUnsignedInt(in.get())];
        in.get(text);
        String method = MethodNames.of(in.getShort(), in.getShort());
        return code + " " + new String(text, StandardCharsets.UTF_8) + " [" + method + "]";
    }
}
