package io.leveret.broker;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.broker.auth.Account;
import io.leveret.broker.auth.Accounts;
import io.leveret.broker.auth.Authenticator;
import io.leveret.broker.definitions.BrokerFile;
import io.leveret.broker.definitions.Definitions;
import io.leveret.broker.vhost.VhostMetadata;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a broker has above its virtual hosts: which there are and what is said of them, users with what they may do, global
 * parameters. A change is on the disk when the call returns. Any thread may ask; one that changes something must be free to block.
 */
final class BrokerState {

    private final Authenticator authenticator;
    private final String version;

    /** Null if nothing is to survive. */
    private final @Nullable BrokerFile file;

    @GuardedBy("this")
    private Map<String, VhostMetadata> vhosts = new LinkedHashMap<>();

    @GuardedBy("this")
    private Map<String, FieldValue> globals = new LinkedHashMap<>();

    @GuardedBy("this")
    private Definitions written = Definitions.NONE;

    /** Whether users are stored; else there is the default user, as each start says it. */
    @GuardedBy("this")
    private boolean keepsAccounts;

    BrokerState(Authenticator authenticator, String version, @Nullable BrokerFile file) {
        this.authenticator = authenticator;
        this.version = version;
        this.file = file;
    }

    /**
     * Begins with what is on the disk.
     *
     * @throws IOException if that can't be read; the message names the file
     */
    synchronized void load() throws IOException {
        if (file == null) {
            return;
        }
        written = file.read();
        vhosts.putAll(written.vhosts());
        globals.putAll(written.globals());
        if (!written.accounts().users().isEmpty()) {
            keepsAccounts = true;
            authenticator.accounts(written.accounts());
        }
    }

    synchronized Set<String> vhosts() {
        return Set.copyOf(vhosts.keySet());
    }

    synchronized VhostMetadata metadata(String vhost) {
        return vhosts.getOrDefault(vhost, VhostMetadata.NONE);
    }

    synchronized Map<String, FieldValue> globals() {
        return new LinkedHashMap<>(globals);
    }

    /** Takes over what definitions say, beside and in the place of what there is; on the disk after {@link #write}. */
    synchronized void add(Definitions given) {
        vhosts.putAll(given.vhosts());
        globals.putAll(given.globals());
        authenticator.accounts(accountsWith(given.accounts()));
        keepsAccounts |= !given.accounts().users().isEmpty();
    }

    /** Users as they would be with others. Who names users does not want the default one. */
    synchronized Accounts accountsWith(Accounts others) {
        Accounts before = !keepsAccounts && !others.users().isEmpty() ? Accounts.NONE : authenticator.accounts();
        return before.with(others);
    }

    synchronized void addVhost(String vhost) {
        vhosts.putIfAbsent(vhost, VhostMetadata.NONE);
    }

    /**
     * Sets or clears a parameter; if it can't be written, it is as it was.
     *
     * @param value null to clear it
     */
    synchronized void global(String name, @Nullable FieldValue value) throws IOException {
        Map<String, FieldValue> changed = new LinkedHashMap<>(globals);
        if (value == null) {
            changed.remove(name);
        } else {
            requireWritable(value);
            changed.put(name, value);
        }
        write(vhosts, changed);
        globals = changed;
    }

    /** In JSON there are no other numbers. */
    private static void requireWritable(FieldValue value) {
        if (value instanceof FieldValue.Table table) {
            table.value().entries().values().forEach(BrokerState::requireWritable);
        } else if (value instanceof FieldValue.Array array) {
            array.values().forEach(BrokerState::requireWritable);
        } else if ((value instanceof FieldValue.Float64 number && !Double.isFinite(number.value()))
                || (value instanceof FieldValue.Float32 single && !Float.isFinite(single.value()))) {
            throw new IllegalArgumentException(value + " (expected: a finite number)");
        }
    }

    /**
     * Limits what a user may open; if it can't be written, it is as it was.
     *
     * @throws IllegalArgumentException if there is no such user
     */
    synchronized void limits(String user, FieldTable limits) throws IOException {
        Accounts before = authenticator.accounts();
        boolean keptBefore = keepsAccounts;
        authenticator.accounts(
                before.with(new Accounts(List.of(account(user).withLimits(limits)), List.of(), List.of())));
        keepsAccounts = true;
        try {
            write();
        } catch (IOException | RuntimeException e) {
            authenticator.accounts(before);
            keepsAccounts = keptBefore;
            throw e;
        }
    }

    /** @throws IllegalArgumentException if there is no such user */
    Account account(String user) {
        Account there = authenticator.accounts().user(user);
        if (there == null) {
            throw new IllegalArgumentException("no user '" + user + "'");
        }
        return there;
    }

    /** Says something about a virtual host; if it can't be written, nothing was said. */
    synchronized void metadata(String vhost, VhostMetadata metadata) throws IOException {
        Map<String, VhostMetadata> changed = new LinkedHashMap<>(vhosts);
        changed.put(vhost, metadata);
        write(changed, globals);
        vhosts = changed;
    }

    /** Writes all, if something is different from what was written last. */
    synchronized void write() throws IOException {
        write(vhosts, globals);
    }

    @GuardedBy("this")
    private void write(Map<String, VhostMetadata> allVhosts, Map<String, FieldValue> allGlobals) throws IOException {
        Definitions now = above(allVhosts, allGlobals, keepsAccounts ? authenticator.accounts() : Accounts.NONE);
        if (file != null && !now.equals(written)) {
            file.write(now, version);
            written = now;
        }
    }

    /** As definitions that say nothing else. */
    synchronized Definitions above() {
        return above(vhosts, globals, authenticator.accounts());
    }

    private static Definitions above(
            Map<String, VhostMetadata> vhosts, Map<String, FieldValue> globals, Accounts accounts) {
        Definitions none = Definitions.NONE;
        return new Definitions(
                new LinkedHashMap<>(vhosts),
                accounts,
                new LinkedHashMap<>(globals),
                none.parameters(),
                none.policies(),
                none.queues(),
                none.exchanges(),
                none.bindings());
    }
}
