package io.leveret.broker.auth;

import io.leveret.amqp.FieldTable;
import io.leveret.broker.settings.LoginSettings;
import io.leveret.broker.settings.LoginSettings.DefaultUser;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** All users with what they may do. Immutable. */
public record Accounts(List<Account> users, List<Grant> grants, List<TopicGrant> topicGrants) {

    public static final Accounts NONE = new Accounts(List.of(), List.of(), List.of());

    /** The one user of a broker that was told of no other. */
    public static Accounts ofDefaultUser(LoginSettings settings) {
        DefaultUser user = settings.defaultUser();
        Account account = new Account(user.name(), PasswordHash.of(user.password()), user.tags(), FieldTable.EMPTY);
        Grant grant = new Grant(user.name(), settings.defaultVhost(), user.configure(), user.write(), user.read());
        return new Accounts(List.of(account), List.of(grant), List.of());
    }

    /** These and others; where both name the same, the other one holds. */
    public Accounts with(Accounts other) {
        return new Accounts(
                merged(users, other.users, Account::name),
                merged(grants, other.grants, each -> List.of(each.user(), each.vhost())),
                merged(topicGrants, other.topicGrants, each -> List.of(each.user(), each.vhost(), each.exchange())));
    }

    private static <T> List<T> merged(Collection<T> these, Collection<T> others, Function<T, Object> key) {
        Map<Object, T> all = new LinkedHashMap<>();
        these.forEach(each -> all.put(key.apply(each), each));
        others.forEach(each -> all.put(key.apply(each), each));
        return new ArrayList<>(all.values());
    }

    /** The one with that name; null if there is none. */
    public @Nullable Account user(String name) {
        return users.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    @Nullable
    Grant grant(String user, String vhost) {
        return grants.stream()
                .filter(each -> each.user().equals(user) && each.vhost().equals(vhost))
                .findFirst()
                .orElse(null);
    }
}
