package dev.octavo.engine.delivery;

import dev.octavo.engine.api.Described;
import dev.octavo.engine.blueprint.AddressManifests;
import dev.octavo.engine.catalog.Addresses;
import java.util.ArrayList;
import java.util.List;

/**
 * Addresses that left the configuration.
 *
 * @param services Services that stand for middleware, by name
 * @param overrides what each microservice is told instead, by place
 * @param passwords what should be in a Secret, by place
 * @param written whether files were written; else it was only looked at what would be
 * @param files those that are Octavo's, and those in their place that people wrote
 * @param diff the change as a unified diff; {@code ""} where it was not asked for
 */
public record ExtractResult(
        String environment,
        List<Proposal> services,
        List<Replacement> overrides,
        List<Password> passwords,
        boolean written,
        List<GenerateResult.Made> files,
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
            return new Password(
                    service,
                    password.property(),
                    password.variable(),
                    AddressManifests.secretName(service),
                    password.variable(),
                    password.file(),
                    password.line());
        }
    }

    public ExtractResult {
        services = List.copyOf(services);
        overrides = List.copyOf(overrides);
        passwords = List.copyOf(passwords);
        files = List.copyOf(files);
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
        GenerateResult.changes(files).forEach(lines::add);
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
