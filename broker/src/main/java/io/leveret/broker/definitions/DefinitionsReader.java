package io.leveret.broker.definitions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.amqp.method.ExchangeDeclare;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.broker.definitions.Definitions.KindAndPolicy;
import io.leveret.broker.definitions.Definitions.OfVhost;
import io.leveret.broker.policy.Parameter;
import io.leveret.broker.policy.ParameterCheck;
import io.leveret.broker.policy.ParameterException;
import io.leveret.broker.policy.Policy;
import io.leveret.broker.policy.PolicyKind;
import io.leveret.broker.policy.PolicyTerm;
import io.leveret.broker.vhost.Declared;
import io.leveret.broker.vhost.Declared.NamedBinding;
import io.leveret.broker.vhost.VhostMetadata;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads definitions and checks all that can be checked without the broker that they are for. Those of one virtual host name
 * none, and are for the default one. Used by one thread.
 */
public final class DefinitionsReader {

    /** What a broker reads whole. */
    private static final long MAX_BYTES = 512L * 1024 * 1024;

    /** Of a short string, by which AMQP names things. */
    private static final int MAX_NAME_BYTES = 255;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final Set<String> QUEUE_TYPES = Set.of("classic", "quorum");
    private static final Set<String> NO_TYPE = Set.of("", "undefined");

    private final JsonPlace root;
    private final String defaultVhost;

    private DefinitionsReader(JsonPlace root, String defaultVhost) {
        this.root = root;
        this.defaultVhost = defaultVhost;
    }

    /**
     * Reads a file.
     *
     * @throws DefinitionsException if it is no JSON, or says what can't be; names the place
     * @throws IOException if it can't be read
     */
    public static Definitions read(Path file, String defaultVhost) throws DefinitionsException, IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new DefinitionsException(file.toString(), "$", "over " + MAX_BYTES + " bytes");
        }
        return read(file.toString(), Files.readAllBytes(file), defaultVhost);
    }

    /** @param source what errors call it */
    static Definitions read(String source, byte[] json, String defaultVhost) throws DefinitionsException {
        try {
            JsonNode node = JSON.readTree(json);
            return new DefinitionsReader(new JsonPlace(source, "$", node), defaultVhost).read();
        } catch (JsonProcessingException e) {
            throw new DefinitionsException(source, "$", "no JSON: " + where(e));
        } catch (IOException e) {
            throw new AssertionError("of bytes in memory", e);
        }
    }

    /** The parser's first words and the place; what it quotes may be a password. */
    private static String where(JsonProcessingException e) {
        String words = e.getOriginalMessage().split("[:'\"(\\[\\n]", 2)[0].trim();
        return e.getLocation() == null
                ? words
                : words + " at line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr();
    }

    private Definitions read() throws DefinitionsException {
        Map<String, VhostMetadata> vhosts = vhosts();
        List<OfVhost<Parameter>> parameters = new ArrayList<>();
        List<OfVhost<KindAndPolicy>> policies = policies();
        for (JsonPlace each : root.at("parameters").elements()) {
            parameter(each, parameters, policies);
        }
        for (JsonPlace each : root.at("vhosts").elements()) {
            limits(each, parameters);
        }
        return new Definitions(
                vhosts,
                new AccountsReader(root).read(),
                globals(),
                parameters,
                policies,
                queues(),
                exchanges(),
                bindings());
    }

    private Map<String, VhostMetadata> vhosts() throws DefinitionsException {
        Map<String, VhostMetadata> vhosts = new LinkedHashMap<>();
        for (JsonPlace each : root.at("vhosts").elements()) {
            String name = name(each.at("name"));
            JsonPlace metadata = each.at("metadata");
            JsonPlace said = metadata.isMissing() ? each : metadata;
            if (vhosts.put(name, metadata(said)) != null) {
                throw each.problem("virtual host '" + name + "' a second time");
            }
        }
        return vhosts;
    }

    private static VhostMetadata metadata(JsonPlace said) throws DefinitionsException {
        List<String> tags = new ArrayList<>();
        for (JsonPlace tag : said.at("tags").elements()) {
            tags.add(tag.text());
        }
        return new VhostMetadata(said.at("description").text(""), tags, type(said.at("default_queue_type")));
    }

    private static @Nullable String type(JsonPlace said) throws DefinitionsException {
        String type = said.text("");
        if (NO_TYPE.contains(type)) {
            return null;
        }
        if (!QUEUE_TYPES.contains(type)) {
            throw said.problem("\"" + type + "\" (expected: one of classic, quorum)");
        }
        return type;
    }

    /** RabbitMQ 4.3 writes limits beside the virtual host that older versions write as parameters. */
    private static void limits(JsonPlace vhost, List<OfVhost<Parameter>> parameters) throws DefinitionsException {
        FieldTable limits = vhost.at("limits").table();
        if (!limits.isEmpty()) {
            Parameter parameter = new Parameter("vhost-limits", "limits", FieldValue.of(limits));
            check(vhost.at("limits"), () -> ParameterCheck.check(parameter));
            parameters.add(new OfVhost<>(vhost.at("name").text(), vhost.path(), parameter));
        }
    }

    private Map<String, FieldValue> globals() throws DefinitionsException {
        Map<String, FieldValue> globals = new LinkedHashMap<>();
        for (JsonPlace each : root.at("global_parameters").elements()) {
            globals.put(each.at("name").text(), each.at("value").value());
        }
        return globals;
    }

    private void parameter(JsonPlace each, List<OfVhost<Parameter>> parameters, List<OfVhost<KindAndPolicy>> policies)
            throws DefinitionsException {
        Parameter parameter = new Parameter(
                each.at("component").text(),
                each.at("name").text(),
                each.at("value").value());
        PolicyKind kind = PolicyKind.ofComponent(parameter.component());
        if (kind == null) {
            check(each, () -> ParameterCheck.check(parameter));
            parameters.add(new OfVhost<>(vhost(each), each.path(), parameter));
        } else {
            policies.add(policy(each, kind, parameter.name(), parameter.value()));
        }
    }

    private List<OfVhost<KindAndPolicy>> policies() throws DefinitionsException {
        List<OfVhost<KindAndPolicy>> policies = new ArrayList<>();
        for (JsonPlace each : root.at("policies").elements()) {
            FieldTable.Builder term = FieldTable.builder();
            for (String key : List.of("pattern", "definition", "priority", "apply-to")) {
                if (!each.at(key).isMissing()) {
                    term.put(key, each.at(key).value());
                }
            }
            if (each.at("priority").isMissing()) {
                term.put("priority", 0);
            }
            policies.add(policy(each, PolicyKind.USER, each.at("name").text(), FieldValue.of(term.build())));
        }
        return policies;
    }

    private OfVhost<KindAndPolicy> policy(JsonPlace each, PolicyKind kind, String name, FieldValue term)
            throws DefinitionsException {
        try {
            Policy policy = PolicyTerm.read(kind, name, term);
            return new OfVhost<>(vhost(each), each.path(), new KindAndPolicy(kind, policy));
        } catch (ParameterException e) {
            throw each.problem(String.valueOf(e.getMessage()).replace("\n", "; "));
        }
    }

    private List<OfVhost<QueueDeclare>> queues() throws DefinitionsException {
        List<OfVhost<QueueDeclare>> queues = new ArrayList<>();
        for (JsonPlace each : root.at("queues").elements()) {
            String vhost = vhost(each);
            QueueDeclare queue = Definitions.queue(
                    name(each.at("name")),
                    each.at("durable").bool(true),
                    each.at("auto_delete").bool(false),
                    withType(each));
            queues.add(new OfVhost<>(vhost, each.path(), queue));
        }
        return queues;
    }

    /** A queue's type stands beside it since 4.0, and among its arguments, too. */
    private static FieldTable withType(JsonPlace queue) throws DefinitionsException {
        FieldTable arguments = queue.at("arguments").table();
        String type = queue.at("type").text("");
        if (NO_TYPE.contains(type) || arguments.get("x-queue-type") != null) {
            return arguments;
        }
        return FieldTable.builder().putAll(arguments).put("x-queue-type", type).build();
    }

    private List<OfVhost<ExchangeDeclare>> exchanges() throws DefinitionsException {
        List<OfVhost<ExchangeDeclare>> exchanges = new ArrayList<>();
        for (JsonPlace each : root.at("exchanges").elements()) {
            ExchangeDeclare exchange = new ExchangeDeclare(
                    name(each.at("name")),
                    each.at("type").text(),
                    false,
                    each.at("durable").bool(true),
                    each.at("auto_delete").bool(false),
                    each.at("internal").bool(false),
                    false,
                    each.at("arguments").table());
            String problem = Declared.problem(exchange);
            if (problem != null) {
                throw each.problem(problem);
            }
            exchanges.add(new OfVhost<>(vhost(each), each.path(), exchange));
        }
        return exchanges;
    }

    private List<OfVhost<NamedBinding>> bindings() throws DefinitionsException {
        List<OfVhost<NamedBinding>> bindings = new ArrayList<>();
        for (JsonPlace each : root.at("bindings").elements()) {
            JsonPlace kind = each.at("destination_type");
            String type = kind.text();
            if (!type.equals("queue") && !type.equals("exchange")) {
                throw kind.problem("\"" + type + "\" (expected: queue or exchange)");
            }
            NamedBinding binding = new NamedBinding(
                    name(each.at("source")),
                    type.equals("queue"),
                    name(each.at("destination")),
                    routingKey(each.at("routing_key")),
                    each.at("arguments").table());
            bindings.add(new OfVhost<>(vhost(each), each.path(), binding));
        }
        return bindings;
    }

    /** What no client could name can't be used. */
    private static String name(JsonPlace place) throws DefinitionsException {
        String name = place.text();
        if (name.isEmpty() || name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
            throw place.problem("a name has 1 to " + MAX_NAME_BYTES + " bytes");
        }
        return name;
    }

    /** With a longer one no client could end the binding. */
    private static String routingKey(JsonPlace place) throws DefinitionsException {
        String key = place.text("");
        if (key.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
            throw place.problem("a routing key has at most " + MAX_NAME_BYTES + " bytes");
        }
        return key;
    }

    private String vhost(JsonPlace each) throws DefinitionsException {
        return each.at("vhost").text(defaultVhost);
    }

    private static void check(JsonPlace place, Runnable check) throws DefinitionsException {
        try {
            check.run();
        } catch (ParameterException e) {
            throw place.problem(String.valueOf(e.getMessage()));
        }
    }
}
