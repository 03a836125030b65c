package dev.octavo.engine.catalog;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the configuration of a microservice says of the computers that it was written for.
 *
 * @param addresses values that name a computer, sorted by property
 * @param passwords values that only a Secret should hold, sorted by place
 */
public record Addresses(List<Address> addresses, List<Password> passwords) {
    /**
     * A value with hosts in it.
     *
     * @param property its name, as the file spells it
     * @param variable the environment variable that overrides it
     * @param text the value, its placeholders filled in; never with a password
     * @param hosts the hosts in it, in their order
     * @param kind what is there: {@code mysql}, {@code nacos}, or a word of the property's name
     * @param service the microservice of this tree that is meant; {@code ""} for none
     * @param portProperty the property with the port, where that is another one; {@code ""} for none
     * @param file the file
     * @param line from 1; 0 where no line is known
     */
    public record Address(
            String property,
            String variable,
            String text,
            List<Host> hosts,
            String kind,
            String service,
            String portProperty,
            String file,
            int line) {
        public Address {
            hosts = List.copyOf(hosts);
        }
    }

    /**
     * A computer.
     *
     * @param name a name or an IP address
     * @param port 0 where none is known
     */
    public record Host(String name, int port) {
        private static final Pattern IP = Pattern.compile("[0-9]{1,3}(?:\\.[0-9]{1,3}){3}");

        public boolean isIp() {
            return IP.matcher(name).matches() && !isLocal();
        }

        /** Whether it is the computer that the program itself is on: where that really is, nobody has said. */
        public boolean isLocal() {
            return NeedFinder.isLocal(name);
        }
    }

    /**
     * A password in a file. It is not kept here.
     *
     * @param property its name, as the file spells it
     * @param variable the environment variable that overrides it
     * @param file the file
     * @param line from 1; 0 where no line is known
     */
    public record Password(String property, String variable, String file, int line) {}

    private static final Pattern ADDRESS =
            Pattern.compile("(?<![\\w.-])([0-9]{1,3}(?:\\.[0-9]{1,3}){3}|localhost)(?::([0-9]{1,5}))?(?![\\w.-])");
    private static final Pattern NO_ADDRESS = Pattern.compile(
            "(?i)version|allow|cors|white|ignore|exclude|server\\.address|bind|profiles|logging|pattern|instance\\.ip|swagger");
    private static final Pattern PASSWORD_NAME = Pattern.compile(
            "(?i)(?:^|[.\\-_])(?:\\w*password|passwd|pwd|secret|\\w*secret-?key|access-?key(?:-?secret)?|private-?key|api-?key|token)$");
    private static final Pattern PASSWORD_IN_VALUE =
            Pattern.compile("(?i)://[^/@\\s:]*:[^/@\\s]+@|[?&;](?:password|passwd|pwd|secret|token)=[^&\\s]+");
    private static final Pattern ONLY_VARIABLE = Pattern.compile("\\$\\{([A-Z][A-Z0-9_]*)(?::[^{}]*)?}");
    private static final Set<Middleware> OF_THE_WORLD = Set.of(Middleware.MAIL, Middleware.OBJECT_STORAGE);

    public Addresses {
        addresses = List.copyOf(addresses);
        passwords = List.copyOf(passwords);
    }

    /** @param environment the values of the profile of this name win; {@code ""} for none */
    static Addresses find(SpringSettings settings, Microservice service, String environment, CallFinder services) {
        Map<String, Setting> values = new TreeMap<>();
        settings.all().forEach(each -> values.put(SpringSettings.canonical(each.name()), each));
        values.putAll(settings.ofProfile(environment));
        Map<String, Need> needs = new HashMap<>();
        service.details().needs().forEach(need -> needs.put(SpringSettings.canonical(need.property()), need));
        List<Address> addresses = new ArrayList<>();
        List<Password> passwords = new ArrayList<>();
        values.forEach((name, setting) -> {
            String text = settings.fill(setting.value()).strip();
            boolean secret = PASSWORD_IN_VALUE.matcher(text).find();
            boolean named = PASSWORD_NAME.matcher(setting.name()).find()
                    && !text.isEmpty()
                    && !text.contains("${")
                    && !text.startsWith("classpath:")
                    && !text.matches("true|false|[0-9]{1,3}");
            if (secret || named) {
                passwords.add(new Password(setting.name(), variable(setting), setting.file(), setting.line()));
            }
            if (!secret && !named) {
                Address address = address(setting, text, needs.get(name), services, service, settings);
                if (address != null) {
                    addresses.add(address);
                }
            }
        });
        passwords.sort(Comparator.comparing(Password::file).thenComparing(Password::line));
        return new Addresses(addresses, passwords);
    }

    private static @Nullable Address address(
            Setting setting,
            String text,
            @Nullable Need need,
            CallFinder services,
            Microservice self,
            SpringSettings settings) {
        if (text.isEmpty()
                || text.contains("${")
                || NO_ADDRESS.matcher(setting.name()).find()) {
            return null;
        }
        List<Host> hosts = new ArrayList<>();
        if (need != null) {
            if (OF_THE_WORLD.contains(need.kind())) {
                return null;
            }
            for (String one : NeedFinder.addresses(text).split(",")) {
                String[] parts = one.split(":", 2);
                if (!parts[0].isEmpty()) {
                    hosts.add(new Host(
                            parts[0], parts.length > 1 ? Integer.parseInt(parts[1]) : port(setting, need, settings)));
                }
            }
        } else {
            Matcher matcher = ADDRESS.matcher(text);
            while (matcher.find()) {
                int standard =
                        text.startsWith("https") ? 443 : text.startsWith("http") ? 80 : port(setting, null, settings);
                hosts.add(new Host(
                        matcher.group(1), matcher.group(2) == null ? standard : Integer.parseInt(matcher.group(2))));
            }
        }
        // what is a name on a cluster already has nothing to be taken out of
        if (hosts.stream().allMatch(host -> CallFinder.isInCluster(host.name()))) {
            return null;
        }
        Host first = hosts.get(0);
        String meant = services.service(first.name(), first.port());
        if (meant.isEmpty() && need != null) {
            meant = need.service();
        }
        if (meant.equals(self.name())) {
            return null;
        }
        String kind = need == null
                ? word(setting.name())
                : need.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
        String beside = beside(setting.name());
        boolean apart = !beside.isEmpty() && settings.number(beside, 0) != 0;
        return new Address(
                setting.name(),
                variable(setting),
                text,
                hosts,
                kind,
                meant,
                apart ? beside : "",
                setting.file(),
                setting.line());
    }

    /** The port of a property beside that of the host, else what its kind listens on. */
    private static int port(Setting setting, @Nullable Need need, SpringSettings settings) {
        String property = beside(setting.name());
        int beside = property.isEmpty() ? 0 : settings.number(property, 0);
        return beside != 0 || need == null ? beside : need.kind().port();
    }

    /** The property that would have the port. */
    private static String beside(String name) {
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(0, dot) + ".port";
    }

    /** A word for what a property is about: {@code pay} of {@code shop.pay.url}. */
    private static String word(String name) {
        String[] parts = name.replaceAll("\\[[0-9]+]", "").split("\\.");
        for (int i = parts.length - 1; i >= 0; i--) {
            String part = parts[i].replaceAll("([a-z])([A-Z])", "$1-$2")
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^a-z0-9]+", "-")
                    .replaceAll(
                            "-?(?:base-)?(?:url|uri|urls|uris|host|hosts|address|addresses|addr|endpoint|endpoints|server|ip|path|nodes)$",
                            "")
                    .replaceAll("^-+|-+$", "");
            if (part.matches("[a-z][a-z0-9-]{1,40}")) {
                return part;
            }
        }
        return "outside";
    }

    private static String variable(Setting setting) {
        Matcher own = ONLY_VARIABLE.matcher(setting.value().strip());
        return own.matches() ? own.group(1) : variable(setting.name());
    }

    /** The environment variable that Spring binds to a property: {@code SPRING_REDIS_HOST}. */
    public static String variable(String property) {
        return property.replace("-", "")
                .replaceAll("\\[([0-9]+)]", "_$1_")
                .replaceAll("[^A-Za-z0-9]+", "_")
                .replaceAll("_+$", "")
                .toUpperCase(Locale.ROOT);
    }
}
