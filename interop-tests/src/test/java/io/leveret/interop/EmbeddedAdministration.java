package io.leveret.interop;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.broker.Broker;
import io.leveret.broker.definitions.DefinitionsWriter;
import io.leveret.broker.policy.Parameter;
import io.leveret.broker.policy.ParameterException;
import io.leveret.broker.policy.PolicyKind;
import io.leveret.broker.policy.PolicyTerm;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.settings.StorageSettings;
import io.leveret.broker.settings.TopologySettings;
import io.leveret.broker.vhost.Policies;
import io.leveret.broker.vhost.VhostMetadata;
import io.leveret.broker.vhost.VirtualHost;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Over Leveret's Java API. */
final class EmbeddedAdministration implements Administration {

    private static final String GUEST = "guest";

    private final Broker broker;
    private final VirtualHost vhost;

    EmbeddedAdministration(Broker broker, VirtualHost vhost) {
        this.broker = broker;
        this.vhost = vhost;
    }

    @Override
    public void setGlobalParameter(String name, Object value) throws IOException {
        broker.globalParameter(name, value(value));
    }

    @Override
    public void clearGlobalParameter(String name) throws IOException {
        broker.globalParameter(name, null);
    }

    /** Into a broker of its own, which is there only for that: Leveret imports when it starts. */
    @Override
    public String importDefinitions(String json) throws IOException {
        Path file = Files.createTempFile("definitions", ".json");
        BrokerSettings settings = BrokerSettings.defaults();
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try {
            Files.writeString(file, json);
            try (Broker importing =
                    Broker.start(settings.withNetwork(settings.network().withListeners(List.of(anyPort)))
                            .withTopology(new TopologySettings("classic", file)))) {
                return DefinitionsWriter.json(importing.definitions(), "4.3.6");
            }
        } finally {
            Files.delete(file);
        }
    }

    @Override
    public void forgetDefinitions(String virtualHost, List<String> users, String globalParameter) {
        // With the broker that had it.
    }

    @Override
    public String setPolicy(boolean operator, PolicyText policy) {
        FieldTable term = FieldTable.builder()
                .put("pattern", policy.pattern())
                .put("definition", table(policy.definition()))
                .put("priority", value(policy.priority()))
                .put("apply-to", policy.applyTo())
                .build();
        try {
            PolicyKind kind = operator ? PolicyKind.OPERATOR : PolicyKind.USER;
            policies(operator).set(PolicyTerm.read(kind, policy.name(), FieldValue.of(term)));
            return "set";
        } catch (ParameterException refused) {
            return String.valueOf(refused.getMessage());
        }
    }

    @Override
    public void clearPolicy(boolean operator, String name) {
        policies(operator).clear(name);
    }

    @Override
    public String setParameter(String component, String name, Object value) {
        try {
            vhost.parameters().set(new Parameter(component, name, value(value)));
            return "set";
        } catch (ParameterException refused) {
            return String.valueOf(refused.getMessage());
        }
    }

    @Override
    public void clearParameter(String component, String name) {
        vhost.parameters().clear(component, name);
    }

    @Override
    public String setUserLimit(String name, Object value) throws IOException {
        try {
            broker.userLimits(GUEST, table(Map.of(name, value)));
            return "set";
        } catch (ParameterException refused) {
            return String.valueOf(refused.getMessage());
        }
    }

    @Override
    public void clearUserLimit(String name) throws IOException {
        broker.clearUserLimit(GUEST, name);
    }

    @Override
    public void defaultQueueType(String type) throws IOException {
        broker.describe(vhost.name(), new VhostMetadata("", List.of(), type));
    }

    @Override
    public void trace(boolean on) {
        if (on) {
            vhost.tracing().on();
        } else {
            vhost.tracing().off();
        }
    }

    @Override
    public void shortage(Resource resource, boolean isShort) {
        StorageSettings usual = StorageSettings.defaults();
        switch (resource) {
            case MEMORY -> broker.memoryHighWatermark(isShort ? 0 : usual.messageMemoryMaxBytes());
            case DISK -> broker.diskFreeLimit(isShort ? Long.MAX_VALUE : usual.freeDiskMinBytes());
        }
    }

    private Policies policies(boolean operator) {
        return operator ? vhost.operatorPolicies() : vhost.policies();
    }

    private static FieldTable table(Map<String, Object> entries) {
        FieldTable.Builder table = FieldTable.builder();
        entries.forEach((name, value) -> table.put(name, value(value)));
        return table.build();
    }

    private static FieldValue value(Object value) {
        if (value instanceof Integer || value instanceof Long) {
            return FieldValue.of(((Number) value).longValue());
        }
        if (value instanceof Double number) {
            return new FieldValue.Float64(number);
        }
        if (value instanceof Boolean bool) {
            return FieldValue.of(bool.booleanValue());
        }
        if (value instanceof List<?> list) {
            return FieldValue.of(
                    list.stream().map(EmbeddedAdministration::value).toList());
        }
        if (value instanceof Map<?, ?> map) {
            FieldTable.Builder table = FieldTable.builder();
            map.forEach((name, each) -> table.put((String) name, value(each)));
            return FieldValue.of(table.build());
        }
        return FieldValue.of((String) value);
    }
}
