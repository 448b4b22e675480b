package io.leveret.interop.raw;

/** The client's methods of the handshake. */
public final class Login {

    private Login() {}

    public static Octets plain(String user, String password) {
        return startOk("PLAIN", "\0" + user + "\0" + password);
    }

    /** {@code connection.start-ok} of a client that understands a close for a failed login. */
    public static Octets startOk(String mechanism, String response) {
        return startOk(mechanism, Octets.none().text(response), true);
    }

    public static Octets startOk(String mechanism, Octets response, boolean authenticationFailureClose) {
        Octets capabilities = Octets.none()
                .shortString("authentication_failure_close")
                .u8('t')
                .u8(authenticationFailureClose ? 1 : 0);
        Octets properties = Octets.none().shortString("capabilities").u8('F').longString(capabilities);
        return Octets.method(10, 11)
                .longString(properties)
                .shortString(mechanism)
                .longString(response)
                .shortString("en_US");
    }

    public static Octets tuneOk(int channelMax, int frameMax, int heartbeat) {
        return Octets.method(10, 31).u16(channelMax).u32(frameMax).u16(heartbeat);
    }

    public static Octets open(String virtualHost) {
        return Octets.method(10, 40).shortString(virtualHost).shortString("").u8(0);
    }
}
