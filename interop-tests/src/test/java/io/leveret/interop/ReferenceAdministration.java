package io.leveret.interop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leveret.interop.reference.Reference;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Over RabbitMQ's management HTTP API, and rabbitmqctl for what that can't do. */
final class ReferenceAdministration implements Administration {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String GUEST =
            "Basic " + Base64.getEncoder().encodeToString("guest:guest".getBytes(StandardCharsets.UTF_8));

    /** Version 2 would be asked for with an upgrade, to which RabbitMQ hangs up. */
    private final HttpClient client =
            HttpClient.newBuilder().version(Version.HTTP_1_1).build();

    private final Reference reference;
    private final InetSocketAddress management;
    private final String virtualHost;

    ReferenceAdministration(Reference reference, String virtualHost) {
        this.reference = reference;
        this.management = reference.management();
        this.virtualHost = virtualHost;
    }

    @Override
    public void setGlobalParameter(String name, Object value) throws IOException, InterruptedException {
        String body = JSON.writeValueAsString(Map.of("value", value));
        send("PUT", "global-parameters/" + encoded(name), BodyPublishers.ofString(body));
    }

    @Override
    public void clearGlobalParameter(String name) throws IOException, InterruptedException {
        send("DELETE", "global-parameters/" + encoded(name), BodyPublishers.noBody());
    }

    @Override
    public String importDefinitions(String json) throws IOException, InterruptedException {
        HttpResponse<String> response = send("POST", "definitions", BodyPublishers.ofString(json));
        if (response.statusCode() / 100 != 2) {
            throw new IOException("definitions: " + response.statusCode() + " " + response.body());
        }
        return send("GET", "definitions", BodyPublishers.noBody()).body();
    }

    @Override
    public void forgetDefinitions(String importedHost, List<String> users, String globalParameter)
            throws IOException, InterruptedException {
        send("DELETE", "vhosts/" + encoded(importedHost), BodyPublishers.noBody());
        for (String user : users) {
            send("DELETE", "users/" + encoded(user), BodyPublishers.noBody());
        }
        clearGlobalParameter(globalParameter);
    }

    @Override
    public String setPolicy(boolean operator, PolicyText policy) throws IOException, InterruptedException {
        Map<String, Object> body = Map.of(
                "pattern", policy.pattern(),
                "definition", policy.definition(),
                "priority", policy.priority(),
                "apply-to", policy.applyTo());
        HttpResponse<String> response =
                send("PUT", path(operator, policy.name()), BodyPublishers.ofString(JSON.writeValueAsString(body)));
        return outcome(response);
    }

    private static String outcome(HttpResponse<String> response) throws IOException {
        if (response.statusCode() / 100 == 2) {
            return "set";
        }
        JsonNode reason = JSON.readTree(response.body()).get("reason");
        return reason.asText().replaceFirst("^Validation failed\n\n", "").trim();
    }

    @Override
    public String setParameter(String component, String name, Object value) throws IOException, InterruptedException {
        String body = JSON.writeValueAsString(Map.of("value", value));
        return outcome(send("PUT", parameterPath(component, name), BodyPublishers.ofString(body)));
    }

    @Override
    public void clearParameter(String component, String name) throws IOException, InterruptedException {
        send("DELETE", parameterPath(component, name), BodyPublishers.noBody());
    }

    @Override
    public String setUserLimit(String name, Object value) throws IOException, InterruptedException {
        String body = JSON.writeValueAsString(Map.of("value", value));
        return outcome(send("PUT", "user-limits/guest/" + name, BodyPublishers.ofString(body)));
    }

    @Override
    public void clearUserLimit(String name) throws IOException, InterruptedException {
        send("DELETE", "user-limits/guest/" + name, BodyPublishers.noBody());
    }

    private String parameterPath(String component, String name) {
        return "parameters/" + encoded(component) + "/" + encoded(virtualHost) + "/" + encoded(name);
    }

    @Override
    public void clearPolicy(boolean operator, String name) throws IOException, InterruptedException {
        send("DELETE", path(operator, name), BodyPublishers.noBody());
    }

    @Override
    public void defaultQueueType(String type) throws IOException, InterruptedException {
        String body = JSON.writeValueAsString(Map.of("default_queue_type", type));
        send("PUT", "vhosts/" + encoded(virtualHost), BodyPublishers.ofString(body));
    }

    @Override
    public void trace(boolean on) throws IOException, InterruptedException {
        send("PUT", "vhosts/" + encoded(virtualHost), BodyPublishers.ofString("{\"tracing\": " + on + "}"));
    }

    @Override
    public void shortage(Resource resource, boolean isShort) throws Exception {
        switch (resource) {
            case MEMORY -> reference.ctl("set_vm_memory_high_watermark", isShort ? "0" : "0.6");
            case DISK -> reference.ctl("set_disk_free_limit", isShort ? "1000000GB" : "50MB");
        }
    }

    private String path(boolean operator, String name) {
        return (operator ? "operator-policies/" : "policies/") + encoded(virtualHost) + "/" + encoded(name);
    }

    private static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8);
    }

    private HttpResponse<String> send(String method, String path, BodyPublisher body)
            throws IOException, InterruptedException {
        URI uri = URI.create("http://" + management.getHostString() + ":" + management.getPort() + "/api/" + path);
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Authorization", GUEST)
                .header("Content-Type", "application/json")
                .method(method, body)
                .build();
        HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
        if (response.statusCode() == 401 || response.statusCode() >= 500) {
            throw new IOException(method + " " + uri + ": " + response.statusCode() + " " + response.body());
        }
        return response;
    }
}
