package dev.octavo.engine.catalog;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells which middleware a service needs: by the libraries that it asks for, and by the properties that name a place.
 * A database counts where the service connects to one: a driver in a shared library is not enough.
 */
final class NeedFinder {
    /**
     * How one kind is recognised.
     *
     * @param artifacts libraries that are of no use without it; a name that ends with an asterisk is a beginning
     * @param properties the properties that say where it is; {@code host+port} for two that belong together; the first
     *     is its library's own
     * @param keyword what a property of the team's own has in its name; {@code ""} for none
     */
    private record Clue(Middleware kind, List<String> artifacts, List<String> properties, String keyword) {}

    private static Clue clue(Middleware kind, String artifacts, String properties, String keyword) {
        return new Clue(
                kind,
                artifacts.isEmpty() ? List.of() : List.of(artifacts.split(" ")),
                List.of(properties.split(" ")),
                keyword);
    }

    private static final List<Clue> CLUES = List.of(
            clue(
                    Middleware.MONGODB,
                    "spring-boot-starter-data-mongodb* spring-boot-starter-mongodb mongo-java-driver mongodb-driver*"
                            + " quarkus-mongodb*",
                    "spring.data.mongodb.uri spring.data.mongodb.host+spring.data.mongodb.port spring.mongodb.uri"
                            + " spring.mongodb.host+spring.mongodb.port quarkus.mongodb.connection-string",
                    ""),
            clue(
                    Middleware.REDIS,
                    "spring-boot-starter-data-redis* spring-boot-starter-redis spring-data-redis jedis lettuce-core redisson*"
                            + " jetcache-starter-redis* sa-token-redis* sa-token-dao-redis* spring-session-data-redis"
                            + " quarkus-redis-client jetcache-redis* sa-token-redisson*",
                    "spring.data.redis.host+spring.data.redis.port spring.redis.host+spring.redis.port spring.data.redis.url"
                            + " spring.redis.url spring.data.redis.cluster.nodes spring.redis.cluster.nodes"
                            + " spring.data.redis.sentinel.nodes spring.redis.sentinel.nodes spring.redis.redisson.address"
                            + " jetcache.remote.default.uri quarkus.redis.hosts",
                    "redis"),
            clue(Middleware.MEMCACHED, "spymemcached xmemcached", "memcached.servers", "memcached"),
            clue(
                    Middleware.CASSANDRA,
                    "spring-boot-starter-data-cassandra*",
                    "spring.cassandra.contact-points spring.data.cassandra.contact-points",
                    ""),
            clue(Middleware.NEO4J, "spring-boot-starter-data-neo4j", "spring.neo4j.uri spring.data.neo4j.uri", ""),
            clue(Middleware.INFLUXDB, "influxdb-java influxdb-client-java", "spring.influx.url", "influx"),
            clue(
                    Middleware.ELASTICSEARCH,
                    "spring-boot-starter-data-elasticsearch spring-boot-starter-elasticsearch"
                            + " elasticsearch-rest-high-level-client elasticsearch-java elasticsearch-rest-client"
                            + " easy-es-boot-starter spring-data-elasticsearch",
                    "spring.elasticsearch.uris spring.elasticsearch.rest.uris spring.data.elasticsearch.cluster-nodes"
                            + " spring.data.elasticsearch.client.reactive.endpoints easy-es.address",
                    "elasticsearch"),
            clue(Middleware.SOLR, "spring-boot-starter-data-solr", "spring.data.solr.host", ""),
            clue(
                    Middleware.RABBITMQ,
                    "spring-boot-starter-amqp spring-cloud-starter-bus-amqp spring-cloud-stream-binder-rabbit"
                            + " spring-cloud-starter-stream-rabbit spring-rabbit amqp-client spring-boot-starter-rabbitmq",
                    "spring.rabbitmq.host+spring.rabbitmq.port spring.rabbitmq.addresses",
                    ""),
            clue(
                    Middleware.KAFKA,
                    "spring-kafka kafka-clients spring-cloud-stream-binder-kafka* spring-cloud-starter-stream-kafka"
                            + " spring-cloud-starter-bus-kafka spring-boot-starter-kafka quarkus-messaging-kafka"
                            + " quarkus-smallrye-reactive-messaging-kafka",
                    "spring.kafka.bootstrap-servers spring.cloud.stream.kafka.binder.brokers spring.kafka.producer.bootstrap-servers"
                            + " spring.kafka.consumer.bootstrap-servers kafka.bootstrap.servers",
                    ""),
            clue(
                    Middleware.ROCKETMQ,
                    "rocketmq-spring-boot-starter rocketmq-client rocketmq-spring-boot spring-cloud-stream-binder-rocketmq"
                            + " spring-cloud-starter-stream-rocketmq rocketmq-client-java",
                    "rocketmq.name-server spring.cloud.stream.rocketmq.binder.name-server rocketmq.producer.namesrvAddr",
                    "rocketmq"),
            clue(
                    Middleware.ACTIVEMQ,
                    "spring-boot-starter-activemq spring-boot-starter-artemis activemq-client activemq-spring",
                    "spring.activemq.broker-url spring.artemis.broker-url spring.artemis.host+spring.artemis.port",
                    ""),
            clue(
                    Middleware.PULSAR,
                    "spring-boot-starter-pulsar* pulsar-client",
                    "spring.pulsar.client.service-url",
                    ""),
            clue(Middleware.MQTT, "spring-integration-mqtt org.eclipse.paho.client.mqttv3", "mqtt.url", "mqtt"),
            clue(
                    Middleware.NACOS,
                    "spring-cloud-starter-alibaba-nacos-discovery spring-cloud-starter-alibaba-nacos-config"
                            + " spring-cloud-alibaba-nacos-discovery spring-cloud-alibaba-nacos-config"
                            + " spring-cloud-starter-alibaba-nacos-sync spring-alibaba-nacos-config"
                            + " nacos-discovery-spring-boot-starter nacos-config-spring-boot-starter nacos-client"
                            + " dubbo-registry-nacos dubbo-nacos-spring-boot-starter",
                    "spring.cloud.nacos.discovery.server-addr spring.cloud.nacos.config.server-addr"
                            + " spring.cloud.nacos.server-addr nacos.config.server-addr nacos.discovery.server-addr"
                            + " spring.nacos.config.server-addr spring.nacos.server-addr",
                    ""),
            clue(
                    Middleware.EUREKA,
                    "spring-cloud-starter-netflix-eureka-client spring-cloud-starter-eureka spring-cloud-netflix-eureka-client",
                    "eureka.client.service-url.defaultZone",
                    ""),
            clue(
                    Middleware.CONSUL,
                    "spring-cloud-starter-consul-discovery spring-cloud-starter-consul-config spring-cloud-starter-consul"
                            + " spring-cloud-starter-consul-all consul-client",
                    "spring.cloud.consul.host+spring.cloud.consul.port",
                    ""),
            clue(
                    Middleware.ZOOKEEPER,
                    "spring-cloud-starter-zookeeper* dubbo-dependencies-zookeeper* dubbo-registry-zookeeper zkclient"
                            + " curator-framework curator-recipes dubbo-zookeeper-spring-boot-starter"
                            + " dubbo-zookeeper-curator5-spring-boot-starter zookeeper",
                    "spring.cloud.zookeeper.connect-string zookeeper.address",
                    "zookeeper"),
            clue(Middleware.ETCD, "jetcd-core", "etcd.endpoints", "etcd"),
            clue(
                    Middleware.CONFIG_SERVER,
                    "spring-cloud-starter-config spring-cloud-config-client",
                    "spring.cloud.config.uri",
                    ""),
            clue(Middleware.APOLLO, "apollo-client apollo-client-config-data", "apollo.meta apollo.config-service", ""),
            clue(
                    Middleware.SENTINEL,
                    "",
                    "spring.cloud.sentinel.transport.dashboard csp.sentinel.dashboard.server",
                    ""),
            clue(
                    Middleware.SEATA,
                    "spring-cloud-starter-alibaba-seata seata-spring-boot-starter seata-all spring-cloud-alibaba-seata",
                    "seata.service.grouplist.default",
                    ""),
            clue(Middleware.MINIO, "minio", "minio.endpoint minio.url minio.host+minio.port", "minio"),
            clue(
                    Middleware.OBJECT_STORAGE,
                    "aliyun-sdk-oss spring-cloud-starter-alicloud-oss aliyun-oss-spring-boot-starter cos_api qiniu-java-sdk"
                            + " aws-java-sdk-s3 spring-cloud-starter-aws-s3",
                    "spring.cloud.alicloud.oss.endpoint alibaba.cloud.oss.endpoint aliyun.oss.endpoint oss.endpoint",
                    ""),
            clue(Middleware.FASTDFS, "fastdfs-client fastdfs-client-java", "fdfs.tracker-list", ""),
            clue(Middleware.XXL_JOB, "xxl-job-core", "xxl.job.admin.addresses xxl-job.admin.addresses", "xxljobadmin"),
            clue(
                    Middleware.ZIPKIN,
                    "spring-cloud-starter-zipkin spring-cloud-sleuth-zipkin zipkin-reporter-brave zipkin-sender*"
                            + " opentelemetry-exporter-zipkin spring-boot-starter-zipkin",
                    "spring.zipkin.base-url management.zipkin.tracing.endpoint"
                            + " management.tracing.export.zipkin.endpoint",
                    ""),
            clue(
                    Middleware.ADMIN_SERVER,
                    "spring-boot-admin-starter-client",
                    "spring.boot.admin.client.url spring.boot.admin.url",
                    ""),
            clue(Middleware.CANAL, "canal.client canal-spring-boot-starter", "canal.server", "canal"),
            clue(Middleware.LDAP, "spring-boot-starter-data-ldap", "spring.ldap.urls", ""),
            clue(Middleware.MAIL, "", "spring.mail.host+spring.mail.port", ""));

    /** Drivers of databases that are asked over JDBC or R2DBC. */
    private static final Map<String, Middleware> DRIVERS = drivers();

    private static Map<String, Middleware> drivers() {
        Map<String, Middleware> drivers = new LinkedHashMap<>();
        drivers.put("mysql-connector-java", Middleware.MYSQL);
        drivers.put("mysql-connector-j", Middleware.MYSQL);
        drivers.put("r2dbc-mysql", Middleware.MYSQL);
        drivers.put("quarkus-jdbc-mysql", Middleware.MYSQL);
        drivers.put("mariadb-java-client", Middleware.MARIADB);
        drivers.put("postgresql", Middleware.POSTGRESQL);
        drivers.put("r2dbc-postgresql", Middleware.POSTGRESQL);
        drivers.put("quarkus-jdbc-postgresql", Middleware.POSTGRESQL);
        drivers.put("quarkus-reactive-pg-client", Middleware.POSTGRESQL);
        drivers.put("ojdbc8", Middleware.ORACLE);
        drivers.put("ojdbc11", Middleware.ORACLE);
        drivers.put("mssql-jdbc", Middleware.SQL_SERVER);
        return drivers;
    }

    private static final Map<String, Middleware> URL_SCHEMES = Map.ofEntries(
            Map.entry("mysql", Middleware.MYSQL),
            Map.entry("mariadb", Middleware.MARIADB),
            Map.entry("postgresql", Middleware.POSTGRESQL),
            Map.entry("pool:mysql", Middleware.MYSQL),
            Map.entry("pool:postgresql", Middleware.POSTGRESQL),
            Map.entry("p6spy:mysql", Middleware.MYSQL),
            Map.entry("p6spy:postgresql", Middleware.POSTGRESQL),
            Map.entry("oracle:thin", Middleware.ORACLE),
            Map.entry("sqlserver", Middleware.SQL_SERVER),
            Map.entry("db2", Middleware.DB2),
            Map.entry("dm", Middleware.DAMENG),
            Map.entry("clickhouse", Middleware.CLICKHOUSE));

    /** What other addresses begin with. */
    private static final Map<String, Middleware> OTHER_SCHEMES = Map.of(
            "mongodb", Middleware.MONGODB,
            "mongodb+srv", Middleware.MONGODB,
            "redis", Middleware.REDIS,
            "rediss", Middleware.REDIS,
            "nacos", Middleware.NACOS,
            "zookeeper", Middleware.ZOOKEEPER,
            "amqp", Middleware.RABBITMQ,
            "amqps", Middleware.RABBITMQ);

    private static final Pattern CONFIGURED_ELSEWHERE =
            Pattern.compile("nacos-config|:spring-cloud-starter-config$|consul-config|:apollo-client");
    private static final Pattern DATA_ACCESS =
            Pattern.compile("mybatis|-jpa|-jdbc|hibernate|druid|hikari|jooq|dynamic-datasource|r2dbc|beetlsql");
    private static final List<String> EMBEDDED = List.of("h2", "hsqldb", "derby", "sqlite-jdbc");
    private static final Pattern DATABASE_URL =
            Pattern.compile("(?:jdbc|r2dbc):([a-z0-9]+(?::[a-z0-9]+)?):(?://|@|thin|.).*", Pattern.DOTALL);
    private static final Pattern OTHER_URL = Pattern.compile("([a-z0-9+]+)://.*", Pattern.DOTALL);
    private static final Pattern HOST =
            Pattern.compile("(?:[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?|\\[[0-9a-fA-F:]+])(?::[0-9]{1,5})?");
    private static final Pattern PLACE =
            Pattern.compile("(?:[a-z0-9+]+://.+|[A-Za-z0-9][A-Za-z0-9._-]*:[0-9]{2,5}(?:/.*)?|[0-9]+(?:\\.[0-9]+){3})");

    private final SpringSettings settings;
    private final Libraries libraries;
    private final Module module;
    private final String buildFile;
    private final List<Need> found = new ArrayList<>();
    private final Set<String> usedProperties = new LinkedHashSet<>();

    private NeedFinder(SpringSettings settings, Libraries libraries, Module module, String buildFile) {
        this.settings = settings;
        this.libraries = libraries;
        this.module = module;
        this.buildFile = buildFile;
    }

    /**
     * The needs of a service, sorted by kind.
     *
     * @param libraries what it is built with
     * @param module its own
     * @param buildFile its own build file
     * @param noDatabase whether it switches off Spring's own connection
     */
    static List<Need> find(
            SpringSettings settings, Libraries libraries, Module module, String buildFile, boolean noDatabase) {
        NeedFinder finder = new NeedFinder(settings, libraries, module, buildFile);
        finder.databases(noDatabase);
        CLUES.forEach(finder::look);
        finder.dubboRegistry();
        return finder.found.stream()
                .distinct()
                .sorted(Comparator.comparing(Need::kind).thenComparing(Need::property))
                .toList();
    }

    private void databases(boolean noDatabase) {
        for (Setting setting : settings.all()) {
            String value = settings.fill(setting.value());
            Matcher matcher = DATABASE_URL.matcher(value);
            if (matcher.matches() && setting.name().toLowerCase(Locale.ROOT).contains("url")) {
                String scheme = matcher.group(1);
                Middleware kind = URL_SCHEMES.getOrDefault(
                        scheme,
                        URL_SCHEMES.get(scheme.contains(":") ? scheme.substring(0, scheme.indexOf(':')) : scheme));
                if (kind != null) {
                    add(kind, setting, addresses(value));
                }
            }
        }
        boolean configured = found.stream().anyMatch(need -> URL_SCHEMES.containsValue(need.kind()));
        if (configured || noDatabase) {
            return;
        }
        boolean embedded = EMBEDDED.stream().anyMatch(libraries::has);
        boolean elsewhere = isConfiguredElsewhere() && libraries.any(DATA_ACCESS);
        for (Map.Entry<String, Middleware> driver : DRIVERS.entrySet()) {
            String end = ":" + driver.getKey();
            boolean own = module.dependencies().stream().anyMatch(each -> each.endsWith(end));
            if (!embedded && (own || (elsewhere && libraries.has(driver.getKey())))) {
                found.add(new Need(driver.getValue(), "spring.datasource.url", "", "", "", buildFile, 0));
                // a library for many has the drivers of many
                return;
            }
        }
    }

    /** Whether the service gets its configuration from a server that this tree does not show. */
    private boolean isConfiguredElsewhere() {
        return libraries.any(CONFIGURED_ELSEWHERE);
    }

    private void look(Clue clue) {
        int before = found.size();
        boolean wanted = clue.artifacts().stream().anyMatch(libraries::has);
        for (String property : clue.properties()) {
            String[] parts = property.split("\\+");
            Setting host = settings.setting(parts[0]);
            // what all get from a server of configuration concerns those alone that have the library
            if (host == null || isSwitchedOff(parts[0]) || (!wanted && settings.isShared(parts[0]))) {
                continue;
            }
            String address = addresses(settings.fill(host.value()));
            if (parts.length > 1 && !address.isEmpty() && !address.contains(":")) {
                int port = settings.number(parts[1], 0);
                address = port == 0 ? address : address + ":" + port;
            }
            add(clue.kind(), host, address);
        }
        if (!clue.keyword().isEmpty()) {
            for (Setting setting : settings.all()) {
                String name = SpringSettings.canonical(setting.name()).replace(".", "");
                String value = settings.fill(setting.value());
                if (name.contains(clue.keyword())
                        && PLACE.matcher(value).matches()
                        && !usedProperties.contains(setting.name())
                        && !DATABASE_URL.matcher(value).matches()) {
                    add(clue.kind(), setting, addresses(value));
                }
            }
        }
        for (Setting setting : settings.all()) {
            Matcher matcher = OTHER_URL.matcher(settings.fill(setting.value()));
            if (matcher.matches()
                    && OTHER_SCHEMES.get(matcher.group(1)) == clue.kind()
                    && !usedProperties.contains(setting.name())) {
                add(clue.kind(), setting, addresses(settings.fill(setting.value())));
            }
        }
        if (found.size() == before
                && wanted
                && !isSwitchedOff(clue.properties().get(0))
                && !isServerItself(clue.kind())) {
            String property = clue.properties().get(0).split("\\+")[0];
            found.add(new Need(clue.kind(), olderName(property), "", "", "", buildFile, 0));
        }
    }

    /** Spring Boot 3 has other names for some. */
    private String olderName(String property) {
        String version = module.springBoot();
        boolean old = version.startsWith("1.") || version.startsWith("2.");
        if (property.equals("spring.zipkin.base-url") && !old) {
            return version.startsWith("3.")
                    ? "management.zipkin.tracing.endpoint"
                    : "management.tracing.export.zipkin.endpoint";
        }
        if (property.equals("spring.data.redis.host") && old) {
            return "spring.redis.host";
        }
        return property;
    }

    private boolean isServerItself(Middleware kind) {
        return switch (kind) {
            case EUREKA ->
                libraries.has("spring-cloud-starter-netflix-eureka-server")
                        || libraries.has("spring-cloud-starter-eureka-server");
            case CONFIG_SERVER -> libraries.has("spring-cloud-config-server");
            case ADMIN_SERVER -> libraries.has("spring-boot-admin-starter-server");
            default -> false;
        };
    }

    private boolean isSwitchedOff(String property) {
        for (String name = property; name.contains("."); name = name.substring(0, name.lastIndexOf('.'))) {
            if (settings.get(name + ".enabled", "").equals("false")) {
                return true;
            }
        }
        boolean eureka = property.startsWith("eureka.client");
        return eureka
                && settings.get("eureka.client.register-with-eureka", "true").equals("false")
                && settings.get("eureka.client.fetch-registry", "true").equals("false");
    }

    private void dubboRegistry() {
        Setting setting = settings.setting("dubbo.registry.address");
        if (setting == null || usedProperties.contains(setting.name())) {
            return;
        }
        String value = settings.fill(setting.value());
        Matcher matcher = OTHER_URL.matcher(value);
        Middleware kind = matcher.matches()
                ? OTHER_SCHEMES.get(matcher.group(1))
                : "zookeeper".equals(settings.get("dubbo.registry.protocol", "")) ? Middleware.ZOOKEEPER : null;
        if (kind != null) {
            add(kind, setting, addresses(value));
        }
    }

    private void add(Middleware kind, Setting setting, String address) {
        if (usedProperties.add(setting.name())) {
            found.add(new Need(
                    kind,
                    setting.name(),
                    address,
                    SpringSettings.variableIn(setting.value()),
                    "",
                    setting.file(),
                    setting.line()));
        }
    }

    /** The hosts of a value, with their ports, without everything else; {@code ""} where there is none. */
    static String addresses(String value) {
        String rest = value.strip();
        if (rest.startsWith("jdbc:oracle:") && rest.contains("@")) {
            rest = rest.substring(rest.indexOf('@') + 1).replaceFirst("^//", "");
            Matcher oracle = Pattern.compile("([\\w.-]+(?::[0-9]+)?).*").matcher(rest);
            return oracle.matches() ? oracle.group(1) : "";
        }
        List<String> hosts = new ArrayList<>();
        for (String part : rest.split(",")) {
            String host = host(part);
            if (host != null && !hosts.contains(host)) {
                hosts.add(host);
            }
        }
        return String.join(",", hosts);
    }

    private static @Nullable String host(String part) {
        String rest = part.strip();
        int scheme = rest.indexOf("://");
        if (scheme >= 0) {
            rest = rest.substring(scheme + 3);
        }
        rest = rest.split("[/?;]", 2)[0];
        rest = rest.substring(rest.lastIndexOf('@') + 1);
        return HOST.matcher(rest).matches() ? rest : null;
    }

    /** Kinds of a list of needs, each once. */
    static Set<Middleware> kinds(List<Need> needs) {
        return needs.stream().map(Need::kind).collect(Collectors.toCollection(() -> EnumSet.noneOf(Middleware.class)));
    }

    /** Host names that mean the computer itself. */
    static boolean isLocal(String host) {
        return Arrays.asList("localhost", "127.0.0.1", "0.0.0.0", "[::1]").contains(host.toLowerCase(Locale.ROOT));
    }
}
