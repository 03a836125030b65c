package com.example.shop.orders;

import com.example.shop.common.CorrelationIdInterceptor;
import java.time.Clock;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.web.client.RestClient;

@SpringBootApplication
@EnableConfigurationProperties(CatalogProperties.class)
public class OrdersServiceApplication {
    public static void main(String[] args) {
        SpringApplication.run(OrdersServiceApplication.class, args);
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    Catalog catalog(RestClient.Builder builder, CatalogProperties properties) {
        return new RestCatalog(builder.baseUrl(properties.url())
                .requestInterceptor(new CorrelationIdInterceptor())
                .build());
    }
}
