package io.leveret.broker.definitions;

import io.leveret.amqp.FieldTable;
import io.leveret.broker.auth.Account;
import io.leveret.broker.auth.Accounts;
import io.leveret.broker.auth.Grant;
import io.leveret.broker.auth.PasswordHash;
import io.leveret.broker.auth.PasswordHash.Algorithm;
import io.leveret.broker.auth.TopicGrant;
import io.leveret.broker.pattern.NamePattern;
import io.leveret.broker.pattern.PatternException;
import io.leveret.broker.policy.ParameterCheck;
import io.leveret.broker.policy.ParameterException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads users and what they may do. Used by one thread. */
final class AccountsReader {

    private final JsonPlace root;

    AccountsReader(JsonPlace root) {
        this.root = root;
    }

    Accounts read() throws DefinitionsException {
        List<Account> users = new ArrayList<>();
        for (JsonPlace each : root.at("users").elements()) {
            FieldTable limits = limits(each.at("limits"));
            users.add(new Account(each.at("name").text(), password(each), tags(each.at("tags")), limits));
        }
        List<Grant> grants = new ArrayList<>();
        for (JsonPlace each : root.at("permissions").elements()) {
            grants.add(new Grant(
                    each.at("user").text(),
                    each.at("vhost").text(),
                    expression(each.at("configure")),
                    expression(each.at("write")),
                    expression(each.at("read"))));
        }
        List<TopicGrant> topics = new ArrayList<>();
        for (JsonPlace each : root.at("topic_permissions").elements()) {
            topics.add(new TopicGrant(
                    each.at("user").text(),
                    each.at("vhost").text(),
                    each.at("exchange").text(),
                    expression(each.at("write")),
                    expression(each.at("read"))));
        }
        return new Accounts(users, grants, topics);
    }

    private static FieldTable limits(JsonPlace place) throws DefinitionsException {
        FieldTable limits = place.table();
        try {
            ParameterCheck.checkUserLimits(limits);
            return limits;
        } catch (ParameterException e) {
            throw place.problem(String.valueOf(e.getMessage()));
        }
    }

    private static @Nullable PasswordHash password(JsonPlace user) throws DefinitionsException {
        JsonPlace plain = user.at("password");
        if (!plain.isMissing()) {
            return plain.text().isEmpty() ? null : PasswordHash.of(plain.text());
        }
        String hash = user.at("password_hash").text();
        if (hash.isEmpty()) {
            return null;
        }
        JsonPlace named = user.at("hashing_algorithm");
        Algorithm algorithm = Algorithm.byName(named.text(Algorithm.SHA256.wireName()));
        if (algorithm == null) {
            throw named.problem("unknown (expected: one of "
                    + Arrays.stream(Algorithm.values()).map(Algorithm::wireName).toList() + ")");
        }
        PasswordHash decoded = PasswordHash.decode(algorithm, hash);
        if (decoded == null) {
            throw user.at("password_hash").problem("no Base64 of a salt and a hash by " + algorithm.wireName());
        }
        return decoded;
    }

    /** A list; older versions of RabbitMQ write a text with commas. */
    private static List<String> tags(JsonPlace tags) throws DefinitionsException {
        if (tags.node() != null && tags.node().isTextual()) {
            return Arrays.stream(tags.text().split(","))
                    .map(String::trim)
                    .filter(each -> !each.isEmpty())
                    .toList();
        }
        List<String> all = new ArrayList<>();
        for (JsonPlace each : tags.elements()) {
            all.add(each.text());
        }
        return all;
    }

    private static String expression(JsonPlace place) throws DefinitionsException {
        String expression = place.text();
        try {
            NamePattern.of(expression);
            return expression;
        } catch (PatternException e) {
            throw place.problem("no regular expression: " + e.getMessage() + ", at " + e.offset());
        }
    }
}
