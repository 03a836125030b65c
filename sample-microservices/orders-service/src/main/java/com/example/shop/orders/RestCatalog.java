package com.example.shop.orders;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import org.springframework.web.client.RestClientResponseException;

/** The catalog service, over HTTP. */
class RestCatalog implements Catalog {
    private static final Logger log = LoggerFactory.getLogger(RestCatalog.class);

    private final RestClient client;

    RestCatalog(RestClient client) {
        this.client = client;
    }

    @Override
    public Optional<Item> find(String sku) {
        try {
            Item item = client.get()
                    .uri("/api/products/{sku}", sku)
                    .accept(MediaType.APPLICATION_JSON)
                    .retrieve()
                    .body(Item.class);
            if (item == null || item.price() == null) {
                throw CatalogException.badAnswer("The catalog told no price of " + sku, null);
            }
            return Optional.of(item);
        } catch (HttpClientErrorException.NotFound e) {
            return Optional.empty();
        } catch (RestClientResponseException e) {
            log.warn("The catalog answered {} for {}", e.getStatusCode(), sku);
            if (e.getStatusCode().isSameCodeAs(HttpStatus.SERVICE_UNAVAILABLE)) {
                throw CatalogException.unavailable(e);
            }
            throw CatalogException.badAnswer(
                    "The catalog answered " + e.getStatusCode().value(), e);
        } catch (ResourceAccessException e) {
            log.warn("The catalog cannot be reached: {}", e.getMessage());
            throw CatalogException.unavailable(e);
        } catch (RestClientException e) {
            log.warn("The catalog's answer for {} cannot be read: {}", sku, e.getMessage());
            throw CatalogException.badAnswer("The catalog's answer cannot be read", e);
        }
    }
}
