package io.leveret.broker.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.FieldTable;
import io.leveret.broker.auth.PasswordHash.Algorithm;
import io.leveret.broker.settings.LoginSettings;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AuthenticatorTest {

    /** As a RabbitMQ 4.3 keeps the password "geheim". */
    private static final String OF_RABBITMQ = "y4RvJWluhcKVjdt9KLDF35YuuxqiTsEKJjboaRRfQTp7JUr3";

    private final Authenticator authenticator = new Authenticator(LoginSettings.defaults());

    private Login login(String user, String password) {
        byte[] response = ("\0" + user + "\0" + password).getBytes(StandardCharsets.UTF_8);
        return authenticator.authenticate("PLAIN", response, InetAddress.getLoopbackAddress());
    }

    private static Account account(String name, @Nullable PasswordHash password) {
        return new Account(name, password, List.of("impersonator"), FieldTable.EMPTY);
    }

    @Test
    void aPasswordThatRabbitMqHashedHoldsAtOnce() {
        PasswordHash hash = Objects.requireNonNull(PasswordHash.decode(Algorithm.SHA256, OF_RABBITMQ));
        Grant grant = new Grant("clerk", "house", "^c", ".*", "");
        authenticator.accounts(new Accounts(List.of(account("clerk", hash)), List.of(grant), List.of()));

        User clerk = Objects.requireNonNull(login("clerk", "geheim").user());
        assertThat(clerk.mayImpersonate()).isTrue();
        assertThat(login("clerk", "Geheim").user()).isNull();
        assertThat(login("guest", "guest").user()).as("the default user").isNull();
        assertThat(authenticator.access(clerk, "house")).isNotNull();
        assertThat(authenticator.access(clerk, "/")).isNull();
    }

    @Test
    void aPermissionIsInTheDialectOfRabbitMq() {
        Access access = new Access(new User("clerk", List.of()), "house", "^[^[:alpha:]]", "^{tenant}", "^.{2}$");

        access.requireQueue(Permission.CONFIGURE, "1");
        access.requireQueue(Permission.WRITE, "{tenant}.orders");
        access.requireQueue(Permission.READ, "\u00e4");
        assertThatThrownBy(() -> access.requireQueue(Permission.CONFIGURE, "z")).isInstanceOf(AmqpException.class);
        assertThatThrownBy(() -> access.requireQueue(Permission.READ, "\u00e4\u00f6"))
                .isInstanceOf(AmqpException.class);
    }

    @Test
    void noNameThatAClientChoosesHoldsUpAThread() {
        Access access = new Access(new User("clerk", List.of()), "house", "^(a+)+\\1?prod$", "^(.*-)*prod$", "");

        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            assertThatThrownBy(() -> access.requireExchange(Permission.CONFIGURE, "a".repeat(255)))
                    .isInstanceOf(AmqpException.class);
            assertThatThrownBy(() -> access.requireExchange(Permission.WRITE, "-".repeat(255)))
                    .isInstanceOf(AmqpException.class);
        });
        access.requireExchange(Permission.WRITE, "-".repeat(250) + "prod");
    }

    @Test
    void whoHasNoPasswordCannotLogIn() {
        authenticator.accounts(new Accounts(List.of(account("nobody", null)), List.of(), List.of()));

        assertThat(login("nobody", "").user()).isNull();
    }

    @Test
    void aHashHasTheLengthThatItsAlgorithmGives() {
        assertThat(PasswordHash.decode(Algorithm.SHA512, OF_RABBITMQ)).isNull();
        assertThat(PasswordHash.decode(Algorithm.SHA256, "no base64!")).isNull();
        PasswordHash own = PasswordHash.of("x");
        assertThat(PasswordHash.decode(own.algorithm(), own.encoded())).isEqualTo(own);
    }
}
