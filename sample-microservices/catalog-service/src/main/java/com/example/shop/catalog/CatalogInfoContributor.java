package com.example.shop.catalog;

import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.info.BuildProperties;
import org.springframework.stereotype.Component;

/** Tells which version runs, and with how many products. */
@Component
class CatalogInfoContributor implements InfoContributor {
    private final ProductRepository products;
    private final String version;

    CatalogInfoContributor(ProductRepository products, ObjectProvider<BuildProperties> build) {
        this.products = products;
        BuildProperties properties = build.getIfAvailable();
        this.version = properties == null ? "unknown" : properties.getVersion();
    }

    @Override
    public void contribute(Info.Builder builder) {
        builder.withDetail(
                "catalog",
                Map.of("version", version, "products", products.findAll().size()));
    }
}
