package io.leveret.broker.auth;

import io.leveret.amqp.AmqpException;
import io.leveret.broker.settings.LoginSettings;
import io.leveret.broker.settings.LoginSettings.DefaultUser;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may log in and what they may do. This is the one place where users, permissions and other mechanisms plug
 * in; now it knows the default user. Immutable, so any thread may ask.
 */
public final class Authenticator {

    private final LoginSettings settings;
    private final User defaultUser;
    private final PasswordHash defaultPassword;

    public Authenticator(LoginSettings settings) {
        this.settings = settings;
        DefaultUser user = settings.defaultUser();
        this.defaultUser = new User(user.name(), user.tags());
        this.defaultPassword = PasswordHash.of(user.password());
    }

    /** The mechanisms, space separated, as {@code connection.start} announces them. */
    public String mechanisms() {
        return String.join(" ", settings.mechanisms());
    }

    /**
     * Checks a SASL response.
     *
     * @param peer where the client connects from
     * @return the user, or null if the credentials are wrong or not to be used from there
     * @throws AmqpException if the mechanism is not offered or the response is malformed
     */
    public @Nullable User authenticate(String mechanism, byte[] response, InetAddress peer) {
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
        return allowedFrom(credentials.user(), peer) ? login(credentials) : null;
    }

    /** Who the response claims to be, fit for one line of the log; empty if it can't be told. */
    public String claimedUser(String mechanism, byte[] response) {
        try {
            return switch (mechanism) {
                case "PLAIN" -> Printable.of(Credentials.plain(response).user());
                case "AMQPLAIN" -> Printable.of(Credentials.amqplain(response).user());
                case "ANONYMOUS" -> settings.anonymousUser();
                default -> "";
            };
        } catch (AmqpException e) {
            return "";
        }
    }

    /** What a user may do in a virtual host; null if they may not enter it. */
    public @Nullable Access access(User user, String vhost) {
        if (!user.name().equals(defaultUser.name()) || !vhost.equals(settings.defaultVhost())) {
            return null;
        }
        DefaultUser permissions = settings.defaultUser();
        return new Access(user, vhost, permissions.configure(), permissions.write(), permissions.read());
    }

    private boolean allowedFrom(String user, InetAddress peer) {
        return peer.isLoopbackAddress() || !settings.loopbackUsers().contains(user);
    }

    private @Nullable User login(Credentials credentials) {
        if (!credentials.user().equals(defaultUser.name())) {
            return null;
        }
        byte[] password = credentials.password();
        return password == null || defaultPassword.matches(password) ? defaultUser : null;
    }
}
