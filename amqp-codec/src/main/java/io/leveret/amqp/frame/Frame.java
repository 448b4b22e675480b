package io.leveret.amqp.frame;

/** The figures of an AMQP 0-9-1 frame: type, channel, payload size, payload, end octet. */
final class Frame {

    static final int METHOD = 1;
    static final int HEADER = 2;
    static final int BODY = 3;
    static final int HEARTBEAT = 8;

    static final int HEADER_BYTES = 7;
    static final int END = 0xCE;

    /** What a frame adds to its payload, and what frame_max counts in. */
    static final int OVERHEAD_BYTES = HEADER_BYTES + 1;

    /** Class id, weight and body size; the property list follows. */
    static final int CONTENT_HEADER_BYTES = 2 + 2 + 8;

    /** Class and method id; the arguments follow. */
    static final int METHOD_ID_BYTES = 4;

    private Frame() {}
}
