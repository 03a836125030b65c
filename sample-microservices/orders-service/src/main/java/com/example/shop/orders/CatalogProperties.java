package com.example.shop.orders;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** @param url where the catalog answers, without a slash at its end */
@ConfigurationProperties("shop.catalog")
record CatalogProperties(
        @DefaultValue("http://catalog-service") String url) {}
