package io.leveret.broker.auth;

import io.leveret.amqp.FieldTable;
import io.leveret.broker.settings.LoginSettings;
import io.leveret.broker.settings.LoginSettings.DefaultUser;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** All users with what they may do. Immutable. */
public final class Accounts {

    public static final Accounts NONE = new Accounts(List.of(), List.of(), List.of());

    private final List<Account> users;
    private final List<Grant> grants;
    private final List<TopicGrant> topicGrants;

    /** There may be thousands, and each login and each channel that is opened asks for one. */
    private final Map<Object, Account> byName;

    private final Map<Object, Grant> byUserAndVhost;

    public Accounts(List<Account> users, List<Grant> grants, List<TopicGrant> topicGrants) {
        this.users = List.copyOf(users);
        this.grants = List.copyOf(grants);
        this.topicGrants = List.copyOf(topicGrants);
        this.byName = byKey(users, Account::name);
        this.byUserAndVhost = byKey(grants, Accounts::key);
    }

    /** The first of each key. */
    private static <T> Map<Object, T> byKey(List<T> all, Function<T, Object> key) {
        Map<Object, T> byKey = new HashMap<>();
        all.forEach(each -> byKey.putIfAbsent(key.apply(each), each));
        return byKey;
    }

    private static Object key(Grant grant) {
        return List.of(grant.user(), grant.vhost());
    }

    /** The one user of a broker that was told of no other. */
    public static Accounts ofDefaultUser(LoginSettings settings) {
        DefaultUser user = settings.defaultUser();
        Account account = new Account(user.name(), PasswordHash.of(user.password()), user.tags(), FieldTable.EMPTY);
        Grant grant = new Grant(user.name(), settings.defaultVhost(), user.configure(), user.write(), user.read());
        return new Accounts(List.of(account), List.of(grant), List.of());
    }

    public List<Account> users() {
        return users;
    }

    public List<Grant> grants() {
        return grants;
    }

    public List<TopicGrant> topicGrants() {
        return topicGrants;
    }

    /** These and others; where both name the same, the other one holds. */
    public Accounts with(Accounts other) {
        return new Accounts(
                merged(users, other.users, Account::name),
                merged(grants, other.grants, Accounts::key),
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
        return byName.get(name);
    }

    @Nullable
    Grant grant(String user, String vhost) {
        return byUserAndVhost.get(List.of(user, vhost));
    }
}
