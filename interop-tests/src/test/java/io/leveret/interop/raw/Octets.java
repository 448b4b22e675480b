package io.leveret.interop.raw;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Builds octets in the wire's encodings, without caring whether the whole makes sense. */
public final class Octets {

    static final int FRAME_END = 0xCE;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private Octets() {}

    public static Octets none() {
        return new Octets();
    }

    /** The payload of a method frame, arguments still to be added. */
    public static Octets method(int classId, int methodId) {
        return none().u16(classId).u16(methodId);
    }

    /** The payload of a content header frame of the class basic, properties still to be added. */
    public static Octets contentHeader(long bodySize, int propertyFlags) {
        return none().u16(60).u16(0).u64(bodySize).u16(propertyFlags);
    }

    public Octets u8(int value) {
        out.write(value);
        return this;
    }

    public Octets u16(int value) {
        return u8(value >>> 8).u8(value);
    }

    public Octets u32(long value) {
        return u16((int) (value >>> 16)).u16((int) value);
    }

    public Octets u64(long value) {
        return u32(value >>> 32).u32(value);
    }

    public Octets bytes(byte... bytes) {
        out.writeBytes(bytes);
        return this;
    }

    public Octets text(String text) {
        return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    public Octets zeros(int count) {
        return bytes(new byte[count]);
    }

    public Octets shortString(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return u8(bytes.length).bytes(bytes);
    }

    public Octets longString(String text) {
        return longString(none().text(text));
    }

    /** A method frame. */
    public Octets methodFrame(int channel, Octets payload) {
        return frame(RawFrame.METHOD, channel, payload);
    }

    /** The header and body frames that follow a publish; the body is not empty and fits one frame. */
    public Octets contentFrames(int channel, byte... body) {
        return frame(RawFrame.HEADER, channel, contentHeader(body.length, 0))
                .frame(RawFrame.BODY, channel, none().bytes(body));
    }

    /** A frame around a payload. */
    public Octets frame(int type, int channel, Octets payload) {
        return u8(type).u16(channel).longString(payload).u8(FRAME_END);
    }

    /** A length of four octets and what has been built elsewhere: a long string, a table, an array. */
    public Octets longString(Octets content) {
        return u32(content.size()).bytes(content.toBytes());
    }

    public Octets emptyTable() {
        return u32(0);
    }

    public int size() {
        return out.size();
    }

    public byte[] toBytes() {
        return out.toByteArray();
    }
}
