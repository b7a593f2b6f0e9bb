//! Writing the implementations.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::LitStr;

use crate::parse::{AttributeOptions, BlockOptions, Field, FieldKind, Struct};

/// All implementations for a struct.
pub(crate) fn emit(model: &Struct) -> TokenStream {
    let shape = shape(model);
    let object = object(model);
    let named = model.name.as_ref().map(|name| named(model, name));
    quote! {
        #[automatically_derived]
        const _: () = {
            use ::landform_provider_api::framework as __framework;
            use ::landform_provider_api::framework::derived as __derived;
            #shape
            #object
            #named
        };
    }
}

fn ident(text: &str) -> Ident {
    Ident::new(text, Span::call_site())
}

fn optional_text(text: Option<&LitStr>) -> TokenStream {
    text.map_or_else(|| quote!(None), |text| quote!(Some(#text)))
}

fn shape(model: &Struct) -> TokenStream {
    let name = &model.ident;
    let description = &model.description;
    let attributes = model.fields.iter().filter_map(|field| match &field.kind {
        FieldKind::Attribute(options) => Some(attribute(field, options)),
        _ => None,
    });
    let blocks = model.fields.iter().filter_map(|field| match &field.kind {
        FieldKind::Attribute(_) | FieldKind::Pending => None,
        FieldKind::Block(options) => Some(block(field, options)),
        FieldKind::Timeouts(defaults) => {
            let defaults = defaults.iter().map(|it| optional_text(it.as_ref()));
            Some(quote!(__framework::Timeouts::block([#(#defaults),*])))
        }
    });
    let groups = model.groups.iter().map(|(rule, names)| {
        let rule = ident(rule);
        quote!(__framework::Group { rule: __framework::Rule::#rule, names: &[#(#names),*] })
    });
    quote! {
        impl __framework::HasShape for #name {
            fn shape() -> __framework::Shape {
                __framework::Shape {
                    attributes: vec![#(#attributes),*],
                    blocks: vec![#(#blocks),*],
                    groups: vec![#(#groups),*],
                    description: #description,
                }
            }
        }
    }
}

fn attribute(field: &Field, options: &AttributeOptions) -> TokenStream {
    let (name, ty, description) = (&field.name, &field.ty, &field.description);
    let role = ident(options.role.unwrap_or("Plain"));
    let AttributeOptions { required, optional, computed, sensitive, write_only, replace, .. } = options;
    let replace_if = options.replace_if.as_ref().map_or_else(|| quote!(None), |it| quote!(Some(#it)));
    let after_update = match &options.after_update {
        None => quote!(Kept),
        Some(names) if names.is_empty() => quote!(MayChange),
        Some(names) => quote!(MayChangeWith(&[#(#names),*])),
    };
    let default = options.default.as_ref().map_or_else(
        || quote!(None),
        |value| quote!(Some(<#ty as __framework::AttrField>::encode(&<#ty as ::core::convert::From<_>>::from(#value)))),
    );
    let same = options.same.as_ref().map_or_else(
        || quote!(None),
        |function| {
            quote!(Some({
                #[allow(unused_imports)]
                use __framework::same::*;
                #function
            }))
        },
    );
    let normal = options.normal.as_ref().map_or_else(
        || quote!(None),
        |function| {
            quote!(Some({
                #[allow(unused_imports)]
                use __framework::normal::*;
                #function
            }))
        },
    );
    let checks = options.checks.iter().map(|check| {
        quote!({
            #[allow(unused_imports)]
            use __framework::check::*;
            #check
        })
    });
    let deprecated = optional_text(options.deprecated.as_ref());
    quote! {
        __framework::AttributeShape {
            name: #name,
            ty: <#ty as __framework::AttrField>::ty(),
            role: __framework::Role::#role,
            required: #required,
            optional: #optional,
            computed: #computed,
            sensitive: #sensitive,
            write_only: #write_only,
            replace: #replace,
            replace_if: #replace_if,
            after_update: __framework::AfterUpdate::#after_update,
            default: #default,
            same: #same,
            normal: #normal,
            nested: <#ty as __framework::AttrField>::nested(),
            checks: vec![#(#checks),*],
            deprecated: #deprecated,
            description: #description,
        }
    }
}

fn nesting(options: &BlockOptions) -> Ident {
    ident(options.nesting.unwrap_or("List"))
}

fn block(field: &Field, options: &BlockOptions) -> TokenStream {
    let (name, ty, description) = (&field.name, &field.ty, &field.description);
    let nesting = nesting(options);
    let min = options.min.as_ref().map_or_else(|| quote!(0), |it| quote!(#it));
    let max = options.max.as_ref().map_or_else(|| quote!(0), |it| quote!(#it));
    let BlockOptions { computed, kept, replace, .. } = options;
    let deprecated = optional_text(options.deprecated.as_ref());
    quote! {
        __framework::BlockShape {
            name: #name,
            nesting: __derived::Nesting::#nesting,
            min: #min,
            max: #max,
            computed: #computed,
            kept: #kept,
            replace: #replace,
            timeouts: false,
            deprecated: #deprecated,
            description: #description,
            shape: <#ty as __framework::BlockField>::shape(),
        }
    }
}

fn object(model: &Struct) -> TokenStream {
    let name = &model.ident;
    let decoders = model.fields.iter().map(decoder);
    let encoders = model.fields.iter().filter_map(encoder);
    quote! {
        impl __framework::AttrType for #name {
            fn ty() -> __derived::Type {
                static TYPE: ::std::sync::OnceLock<__derived::Type> = ::std::sync::OnceLock::new();
                TYPE.get_or_init(|| <Self as __framework::HasShape>::shape().object_type()).clone()
            }

            fn decode(value: &__derived::Value) -> ::core::result::Result<Self, __derived::PathError> {
                let null = __derived::Value::NULL;
                ::core::result::Result::Ok(Self { #(#decoders),* })
            }

            fn encode(&self) -> __derived::Value {
                __derived::Value::object([#(#encoders),*])
            }

            fn nested() -> ::core::option::Option<__framework::Shape> {
                ::core::option::Option::Some(<Self as __framework::HasShape>::shape())
            }
        }
    }
}

fn decoder(field: &Field) -> TokenStream {
    let Field { ident, ty, name, .. } = field;
    let value = quote!(value.get_attribute(#name).unwrap_or(&null));
    let decoded = match &field.kind {
        FieldKind::Pending => return quote!(#ident: ::core::default::Default::default()),
        FieldKind::Attribute(_) => quote!(<#ty as __framework::AttrField>::decode(#value)),
        FieldKind::Block(_) => quote!(<#ty as __framework::BlockField>::decode(#value)),
        FieldKind::Timeouts(defaults) => {
            let defaults = defaults.iter().map(|it| optional_text(it.as_ref()));
            quote!(__framework::Timeouts::decode(#value, [#(#defaults),*]))
        }
    };
    quote!(#ident: #decoded.map_err(|error| error.inside(__derived::Step::Attribute(#name.into())))?)
}

fn encoder(field: &Field) -> Option<TokenStream> {
    let Field { ident: field_ident, ty, name, .. } = field;
    let encoded = match &field.kind {
        FieldKind::Pending => return None,
        FieldKind::Attribute(_) => quote!(<#ty as __framework::AttrField>::encode(&self.#field_ident)),
        FieldKind::Block(options) => {
            let objects = quote!(<#ty as __framework::BlockField>::objects(&self.#field_ident));
            let object = quote!(<#ty as __framework::BlockField>::object_type());
            match nesting(options).to_string().as_str() {
                "Set" => quote!(__derived::Value::set(#object, #objects)),
                "Single" => quote!({
                    let object = #objects.into_iter().next();
                    object.unwrap_or_else(|| __derived::Value::null(#object))
                }),
                _ => quote!(__derived::Value::list(#object, #objects)),
            }
        }
        FieldKind::Timeouts(defaults) => {
            let defaults = defaults.iter().map(|it| optional_text(it.as_ref()));
            quote!(self.#field_ident.encode([#(#defaults),*]))
        }
    };
    Some(quote!((#name, #encoded)))
}

fn named(model: &Struct, type_name: &LitStr) -> TokenStream {
    let name = &model.ident;
    let version = model.version.as_ref().map_or_else(|| quote!(0), |it| quote!(#it));
    let (description, strict) = (&model.description, model.strict);
    let deprecated = optional_text(model.deprecated.as_ref());
    let identity = ident(&model.identity.as_ref().map_or_else(|| "id".to_owned(), LitStr::value));
    let pending = model.fields.iter().find(|field| matches!(field.kind, FieldKind::Pending)).map(|field| {
        let field = &field.ident;
        quote! {
            fn pending(&self) -> &__framework::Pending {
                &self.#field
            }

            fn set_pending(&mut self, pending: __framework::Pending) {
                self.#field = pending;
            }
        }
    });
    quote! {
        impl __framework::Model for #name {
            #pending

            fn definition() -> &'static __framework::Definition {
                static DEFINITION: ::std::sync::OnceLock<__framework::Definition> = ::std::sync::OnceLock::new();
                DEFINITION.get_or_init(|| __framework::Definition {
                    name: #type_name,
                    version: #version,
                    description: #description,
                    deprecated: #deprecated,
                    strict: #strict,
                    shape: <Self as __framework::HasShape>::shape(),
                })
            }

            fn decode(value: &__derived::Value) -> ::core::result::Result<Self, __derived::PathError> {
                <Self as __framework::AttrType>::decode(value)
            }

            fn encode(&self) -> __derived::Value {
                <Self as __framework::AttrType>::encode(self)
            }

            fn id(&self) -> &__framework::Attr<::std::string::String> {
                &self.#identity
            }

            fn set_id(&mut self, id: &str) {
                self.#identity = __framework::Attr::Known(id.to_owned());
            }
        }
    }
}
