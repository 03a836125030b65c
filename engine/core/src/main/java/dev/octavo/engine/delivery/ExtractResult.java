package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Described;
import dev.octavo.engine.catalog.Addresses;
import java.util.ArrayList;
import java.util.List;

/**
 * Addresses that left the configuration.
 *
 * @param services Services that stand for middleware, by name
 * @param overrides what each microservice is told instead, by place
 * @param passwords what should be in a Secret, by place
 * @param files what is written, or would be
 * @param diff the change as a unified diff; {@code ""} where it was not asked for
 */
public record ExtractResult(
        String environment,
        List<Proposal> services,
        List<Replacement> overrides,
        List<Password> passwords,
        List<FileState> files,
        String diff)
        implements Described {
    /**
     * A Service.
     *
     * @param address with its namespace: {@code nacos-service.shop-prod:8848}
     * @param kind what is there, such as {@code nacos}
     * @param hosts where it leads to, as the configuration or {@code at} has it
     * @param known whether somebody said where it is; else it has to be deployed under that name
     */
    public record Proposal(String name, String address, String kind, List<String> hosts, boolean known) {
        public Proposal {
            hosts = List.copyOf(hosts);
        }
    }

    /** A property that an environment variable overrides. */
    public record Replacement(String service, String property, String variable, String value, String file, int line) {}

    /** A password; its value is nowhere. */
    public record Password(
            String service, String property, String variable, String secret, String key, String file, int line) {
        static Password of(String service, Addresses.Password password) {
            String key = password.property().replaceAll("[^A-Za-z0-9._-]", "-");
            return new Password(
                    service,
                    password.property(),
                    password.variable(),
                    service + "-secrets",
                    key,
                    password.file(),
                    password.line());
        }
    }

    /**
     * A file.
     *
     * @param state {@code same}, {@code new}, {@code changed}, {@code kept} (somebody changed it by hand) or
     *     {@code gone} (nothing needs it any more)
     */
    public record FileState(String file, String state) {}

    public ExtractResult {
        services = List.copyOf(services);
        overrides = List.copyOf(overrides);
        passwords = List.copyOf(passwords);
        files = List.copyOf(files);
    }

    /** Whether a file is not as it would be written. */
    boolean isStale() {
        return files.stream()
                .anyMatch(file -> !file.state().equals("same") && !file.state().equals("kept"));
    }

    @Override
    public String text() {
        List<String> lines = new ArrayList<>();
        if (services.isEmpty() && overrides.isEmpty()) {
            lines.add("no address in the configuration has to change");
        }
        for (Proposal each : services) {
            lines.add(each.address()
                    + (each.known()
                            ? "  leads to " + String.join(", ", each.hosts())
                            : "  is for you to deploy, or say where it is: --at " + each.name() + "=HOST:PORT"));
        }
        for (Replacement each : overrides) {
            lines.add(each.service() + ": " + each.variable() + "=" + each.value() + "  (" + each.file() + ":"
                    + each.line() + " " + each.property() + ")");
        }
        for (Password each : passwords) {
            lines.add(each.file() + ":" + each.line() + " has a password in " + each.property()
                    + "; take it out, and give " + each.variable() + " from the Secret " + each.secret() + ", key "
                    + each.key());
        }
        for (FileState each : files) {
            String why =
                    each.state().equals("kept") ? "  somebody has changed it by hand; --overwrite replaces it" : "";
            lines.add(each.state() + "  " + each.file() + why);
        }
        if (!diff.isEmpty()) {
            lines.add(diff.stripTrailing());
        }
        return String.join("\n", lines);
    }

    @Override
    public String summary() {
        return services.size() + " Services, " + overrides.size() + " overrides, " + passwords.size() + " passwords";
    }
}
