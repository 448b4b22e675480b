package io.leveret.broker.auth;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.FieldTable;
import io.leveret.broker.settings.LoginSettings;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may log in and what they may do. This is the one place where users, permissions and other mechanisms plug
 * in. Any thread may ask.
 */
public final class Authenticator {

    private final LoginSettings settings;
    private volatile Accounts accounts;

    public Authenticator(LoginSettings settings) {
        this.settings = settings;
        this.accounts = Accounts.ofDefaultUser(settings);
    }

    /** All that may log in at present. */
    public Accounts accounts() {
        return accounts;
    }

    /** Has others log in from now on. Connections that are open stay, with what they may do. */
    public void accounts(Accounts others) {
        accounts = others;
    }

    /** The mechanisms, space separated, as {@code connection.start} announces them. */
    public String mechanisms() {
        return String.join(" ", settings.mechanisms());
    }

    /**
     * Checks a SASL response.
     *
     * @param peer where the client connects from
     * @throws AmqpException if the mechanism is not offered or the response is malformed
     */
    public Login authenticate(String mechanism, byte[] response, InetAddress peer) {
        if (!settings.mechanisms().contains(mechanism)) {
            throw AmqpException.commandInvalid("unknown authentication mechanism '" + mechanism + "'");
        }
        Credentials credentials = switch (mechanism) {
            case "PLAIN" -> Credentials.plain(response);
            case "AMQPLAIN" -> Credentials.amqplain(response);
            case "ANONYMOUS" ->
                new Credentials(
                        settings.anonymousUser(), settings.anonymousPassword().getBytes(StandardCharsets.UTF_8));
            default -> throw AmqpException.commandInvalid("unknown authentication mechanism '" + mechanism + "'");
        };
        return login(credentials, peer);
    }

    /** How much a user may have at present. */
    public UserLimits limits(String user) {
        Account account = accounts.user(user);
        return UserLimits.of(account == null ? FieldTable.EMPTY : account.limits());
    }

    /** What a user may do in a virtual host; null if they may not enter it. */
    public @Nullable Access access(User user, String vhost) {
        Grant grant = accounts.grant(user.name(), vhost);
        return grant == null ? null : new Access(user, vhost, grant.configure(), grant.write(), grant.read());
    }

    private Login login(Credentials credentials, InetAddress peer) {
        String name = credentials.user();
        byte[] password = credentials.password();
        Account account = accounts.user(name);
        if (account == null) {
            return Login.refused(name, "there is no such user");
        }
        if (!peer.isLoopbackAddress() && settings.loopbackUsers().contains(name)) {
            return Login.refused(name, "it can only connect via localhost, as loopback_users says");
        }
        if (password != null
                && (account.password() == null || !account.password().matches(password))) {
            return Login.refused(name, "the password is wrong");
        }
        return Login.of(new User(account.name(), account.tags()));
    }
}
