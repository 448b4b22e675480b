package io.leveret.broker.definitions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.broker.auth.Account;
import io.leveret.broker.auth.Accounts;
import io.leveret.broker.auth.PasswordHash;
import io.leveret.broker.definitions.Definitions.OfVhost;
import io.leveret.broker.policy.Parameter;
import io.leveret.broker.policy.PolicyKind;
import io.leveret.broker.vhost.VhostMetadata;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiConsumer;

/** Writes definitions with the names and in the order of RabbitMQ's own, so that it can read them. Used by one thread. */
public final class DefinitionsWriter {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final JsonMapper JSON = new JsonMapper();

    private final Definitions definitions;
    private final ObjectNode root = NODES.objectNode();

    private DefinitionsWriter(Definitions definitions) {
        this.definitions = definitions;
    }

    /** @param version announced to clients */
    public static String json(Definitions definitions, String version) {
        try {
            return JSON.writeValueAsString(new DefinitionsWriter(definitions).write(version));
        } catch (JsonProcessingException e) {
            throw new AssertionError("of a tree in memory", e);
        }
    }

    private ObjectNode write(String version) {
        permissions();
        root.put("rabbitmq_version", version).put("product_name", "Leveret").put("product_version", version);
        root.put("rabbit_version", version);
        exchanges();
        vhosts();
        users();
        globals();
        parameters();
        policies();
        topicPermissions();
        root.put("rabbitmq_definition_format", "cluster");
        queues();
        bindings();
        return root;
    }

    private void permissions() {
        ArrayNode all = root.putArray("permissions");
        definitions
                .accounts()
                .grants()
                .forEach(each -> all.addObject()
                        .put("configure", each.configure())
                        .put("read", each.read())
                        .put("user", each.user())
                        .put("vhost", each.vhost())
                        .put("write", each.write()));
    }

    private void exchanges() {
        all("exchanges", definitions.exchanges(), (exchange, node) -> {
            node.set("arguments", object(exchange.arguments()));
            node.put("auto_delete", exchange.autoDelete())
                    .put("durable", exchange.durable())
                    .put("internal", exchange.internal())
                    .put("name", exchange.exchange())
                    .put("type", exchange.type());
        });
    }

    private void vhosts() {
        ArrayNode all = root.putArray("vhosts");
        definitions.vhosts().forEach((name, metadata) -> vhost(name, metadata, all.addObject()));
    }

    private void vhost(String name, VhostMetadata said, ObjectNode node) {
        FieldTable limits = definitions.parameters().stream()
                .filter(each ->
                        each.vhost().equals(name) && each.value().component().equals("vhost-limits"))
                .map(each -> each.value().value() instanceof FieldValue.Table table ? table.value() : FieldTable.EMPTY)
                .findFirst()
                .orElse(FieldTable.EMPTY);
        node.set("limits", object(limits));
        ObjectNode metadata = node.putObject("metadata").put("description", said.description());
        ArrayNode tags = metadata.putArray("tags");
        said.tags().forEach(tags::add);
        if (said.defaultQueueType() != null) {
            metadata.put("default_queue_type", said.defaultQueueType());
        }
        node.put("name", name);
    }

    private void users() {
        Accounts accounts = definitions.accounts();
        ArrayNode all = root.putArray("users");
        accounts.users().forEach(each -> user(each, all.addObject()));
    }

    private static void user(Account account, ObjectNode node) {
        PasswordHash password = account.password();
        PasswordHash.Algorithm algorithm = password == null ? PasswordHash.Algorithm.SHA256 : password.algorithm();
        node.put("hashing_algorithm", algorithm.wireName());
        node.set("limits", object(account.limits()));
        node.put("name", account.name());
        node.put("password_hash", password == null ? "" : password.encoded());
        ArrayNode tags = node.putArray("tags");
        account.tags().forEach(tags::add);
    }

    private void globals() {
        ArrayNode all = root.putArray("global_parameters");
        definitions
                .globals()
                .forEach((name, value) -> all.addObject().put("name", name).set("value", node(value)));
    }

    private void parameters() {
        ArrayNode all = root.putArray("parameters");
        for (OfVhost<Parameter> each : definitions.parameters()) {
            parameter(each.vhost(), each.value(), all.addObject());
        }
        definitions.policies().stream()
                .filter(each -> each.value().kind() == PolicyKind.OPERATOR)
                .forEach(each -> {
                    var policy = each.value().policy();
                    String component = PolicyKind.OPERATOR.component();
                    parameter(each.vhost(), new Parameter(component, policy.name(), policy.term()), all.addObject());
                });
    }

    private static void parameter(String vhost, Parameter parameter, ObjectNode node) {
        node.put("component", parameter.component()).put("name", parameter.name());
        node.set("value", node(parameter.value()));
        node.put("vhost", vhost);
    }

    private void policies() {
        ArrayNode all = root.putArray("policies");
        definitions.policies().stream()
                .filter(each -> each.value().kind() == PolicyKind.USER)
                .forEach(each -> {
                    var policy = each.value().policy();
                    ObjectNode node = all.addObject().put("name", policy.name());
                    if (node(policy.term()) instanceof ObjectNode term) {
                        node.setAll(term);
                    }
                    node.put("vhost", each.vhost());
                });
    }

    private void topicPermissions() {
        ArrayNode all = root.putArray("topic_permissions");
        definitions
                .accounts()
                .topicGrants()
                .forEach(each -> all.addObject()
                        .put("exchange", each.exchange())
                        .put("read", each.read())
                        .put("user", each.user())
                        .put("vhost", each.vhost())
                        .put("write", each.write()));
    }

    private void queues() {
        all("queues", definitions.queues(), (queue, node) -> {
            node.set("arguments", object(queue.arguments()));
            node.put("auto_delete", queue.autoDelete())
                    .put("durable", queue.durable())
                    .put("name", queue.queue());
            if (queue.arguments().get("x-queue-type") instanceof FieldValue.LongString type) {
                node.put("type", type.asString());
            }
        });
    }

    private void bindings() {
        all("bindings", definitions.bindings(), (binding, node) -> {
            node.set("arguments", object(binding.arguments()));
            node.put("destination", binding.destination())
                    .put("destination_type", binding.toQueue() ? "queue" : "exchange")
                    .put("routing_key", binding.routingKey())
                    .put("source", binding.source());
        });
    }

    private <T> void all(String key, List<OfVhost<T>> things, BiConsumer<T, ObjectNode> writer) {
        ArrayNode all = root.putArray(key);
        for (OfVhost<T> each : things) {
            ObjectNode node = all.addObject();
            writer.accept(each.value(), node);
            node.put("vhost", each.vhost());
        }
    }

    private static ObjectNode object(FieldTable table) {
        ObjectNode node = NODES.objectNode();
        table.entries().forEach((name, value) -> node.set(name, node(value)));
        return node;
    }

    /** What AMQP alone knows is shown as RabbitMQ shows it: octets as a text, a timestamp as its seconds. */
    private static JsonNode node(FieldValue value) {
        if (value.isInteger()) {
            return NODES.numberNode(value.longValue());
        }
        if (value instanceof FieldValue.Table table) {
            return object(table.value());
        }
        if (value instanceof FieldValue.Array array) {
            ArrayNode all = NODES.arrayNode();
            array.values().forEach(each -> all.add(node(each)));
            return all;
        }
        if (value instanceof FieldValue.Bool bool) {
            return NODES.booleanNode(bool.value());
        }
        if (value instanceof FieldValue.Float64 number) {
            return NODES.numberNode(number.value());
        }
        if (value instanceof FieldValue.Float32 number) {
            return NODES.numberNode(number.value());
        }
        if (value instanceof FieldValue.Timestamp timestamp) {
            return NODES.numberNode(timestamp.epochSeconds());
        }
        if (value instanceof FieldValue.Decimal decimal) {
            return NODES.numberNode(BigDecimal.valueOf(decimal.unscaled(), decimal.scale()));
        }
        if (value instanceof FieldValue.Bytes bytes) {
            return NODES.textNode(new String(bytes.bytes(), StandardCharsets.UTF_8));
        }
        return value instanceof FieldValue.LongString text ? NODES.textNode(text.asString()) : NODES.nullNode();
    }
}
