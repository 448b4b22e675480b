package io.leveret.broker.storage;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The name of the folder that a virtual host's store has: one of its own, beside the others, for every name. Pure. */
final class VhostFolder {

    /** What file systems take. */
    private static final int MOST_CHARACTERS = 255;

    /** How much of a longer name is kept, for who looks into the folder. */
    private static final int KEPT_CHARACTERS = 180;

    /** Stands in no encoded name. */
    private static final char HASH = '~';

    private VhostFolder() {}

    static String of(String vhost) {
        if (vhost.isEmpty()) {
            throw new IllegalArgumentException("a virtual host's name is empty");
        }
        String encoded = URLEncoder.encode(vhost, StandardCharsets.UTF_8);
        if (encoded.equals(".") || encoded.equals("..")) {
            return encoded.replace(".", "%2E");
        }
        return encoded.length() <= MOST_CHARACTERS
                ? encoded
                : encoded.substring(0, KEPT_CHARACTERS) + HASH + hash(vhost);
    }

    private static String hash(String vhost) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(vhost.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has it", e);
        }
    }

    /** A folder as the virtual host's name, as far as it tells; what somebody else put there may have any name. */
    static String shown(String folder) {
        try {
            return URLDecoder.decode(folder, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return folder;
        }
    }
}
