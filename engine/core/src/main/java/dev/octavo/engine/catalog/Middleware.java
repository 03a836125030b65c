package dev.octavo.engine.catalog;

/** What a microservice needs that is not of this source tree. */
public enum Middleware {
    MYSQL("MySQL", 3306),
    MARIADB("MariaDB", 3306),
    POSTGRESQL("PostgreSQL", 5432),
    ORACLE("Oracle", 1521),
    SQL_SERVER("SQL Server", 1433),
    DB2("Db2", 50000),
    DAMENG("Dameng", 5236),
    CLICKHOUSE("ClickHouse", 8123),
    MONGODB("MongoDB", 27017),
    REDIS("Redis", 6379),
    MEMCACHED("Memcached", 11211),
    CASSANDRA("Cassandra", 9042),
    NEO4J("Neo4j", 7687),
    INFLUXDB("InfluxDB", 8086),
    ELASTICSEARCH("Elasticsearch", 9200),
    SOLR("Solr", 8983),
    RABBITMQ("RabbitMQ", 5672),
    KAFKA("Kafka", 9092),
    ROCKETMQ("RocketMQ", 9876),
    ACTIVEMQ("ActiveMQ", 61616),
    PULSAR("Pulsar", 6650),
    MQTT("MQTT", 1883),
    NACOS("Nacos", 8848),
    EUREKA("Eureka", 8761),
    CONSUL("Consul", 8500),
    ZOOKEEPER("ZooKeeper", 2181),
    ETCD("etcd", 2379),
    CONFIG_SERVER("Spring Cloud Config", 8888),
    APOLLO("Apollo", 8080),
    SENTINEL("Sentinel", 8858),
    SEATA("Seata", 8091),
    MINIO("MinIO", 9000),
    OBJECT_STORAGE("object storage", 443),
    FASTDFS("FastDFS", 22122),
    XXL_JOB("XXL-JOB", 8080),
    ZIPKIN("Zipkin", 9411),
    SKYWALKING("SkyWalking", 11800),
    ADMIN_SERVER("Spring Boot Admin", 8080),
    CANAL("Canal", 11111),
    LDAP("LDAP", 389),
    MAIL("mail", 25);

    private final String title;
    private final int port;

    Middleware(String title, int port) {
        this.title = title;
        this.port = port;
    }

    /** Its name, for people. */
    public String title() {
        return title;
    }

    /** The TCP port that it listens on where nobody says otherwise. */
    public int port() {
        return port;
    }
}
